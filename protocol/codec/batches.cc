#include "protocol/codec/batches.h"

#include "engine/base/limits.h"
#include "engine/reads/batch_get_item.h"
#include "engine/writes/batch_write_item.h"
#include "protocol/codec/fields.h"

namespace dynarock {
namespace {

// Told in AWS's newer form. Observed: conformance/cases/batches/batch_get_limits.case
constexpr Shape kKeysShape{.kind = ShapeKind::kList,
                           .min = 1,
                           .max = std::int64_t{kMaxBatchReads},
                           .element = &kAttributeMapShape,
                           .terse = true};
constexpr std::array<Field, 5> kKeysAndAttributesFields = {{{"Keys", &kKeysShape, Presence::kRequired},
                                                            {"AttributesToGet", &kAttributesToGetShape},
                                                            {"ConsistentRead", &kBooleanShape},
                                                            {"ProjectionExpression", &kStringShape},
                                                            {"ExpressionAttributeNames", &kNameMapShape}}};
constexpr Shape kKeysAndAttributesShape{
    .kind = ShapeKind::kStructure, .fields = kKeysAndAttributesFields, .java_name = "KeysAndAttributes"};
constexpr Shape kGetRequestItemsShape{.kind = ShapeKind::kMap,
                                      .element = &kKeysAndAttributesShape,
                                      .key = &kTableNameKeyShape,
                                      .java_name = "KeysAndAttributes",
                                      .terse = true};
constexpr std::array<Field, 2> kBatchGetItemFields = {{
    {"RequestItems", &kGetRequestItemsShape, Presence::kRequired},
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
}};

constexpr std::array<Field, 1> kDeleteRequestFields = {{{"Key", &kAttributeMapShape, Presence::kRequired}}};
constexpr Shape kDeleteRequestShape{
    .kind = ShapeKind::kStructure, .fields = kDeleteRequestFields, .java_name = "DeleteRequest"};
constexpr std::array<Field, 1> kPutRequestFields = {{{"Item", &kAttributeMapShape, Presence::kRequired}}};
constexpr Shape kPutRequestShape{.kind = ShapeKind::kStructure, .fields = kPutRequestFields, .java_name = "PutRequest"};
constexpr std::array<Field, 2> kWriteRequestFields = {
    {{"DeleteRequest", &kDeleteRequestShape}, {"PutRequest", &kPutRequestShape}}};
constexpr Shape kWriteRequestShape{
    .kind = ShapeKind::kStructure, .fields = kWriteRequestFields, .java_name = "WriteRequest"};
constexpr Shape kWriteRequestsShape{.kind = ShapeKind::kList, .element = &kWriteRequestShape};
constexpr Shape kWriteRequestItemsShape{.kind = ShapeKind::kMap,
                                        .element = &kWriteRequestsShape,
                                        .key = &kTableNameKeyShape,
                                        .max_in_values = std::int64_t{kMaxBatchWrites},
                                        .java_name = "WriteRequest"};
constexpr std::array<Field, 3> kBatchWriteItemFields = {{
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"ReturnItemCollectionMetrics", &kReturnItemCollectionMetricsShape},
    {"RequestItems", &kWriteRequestItemsShape, Presence::kRequired},
}};

BatchGetItemRequest DecodeBatchGetItem(const Json& body) {
  BatchGetItemRequest request;
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
  for (const auto& member : FindField(body, "RequestItems")->GetObject()) {
    if (member.value.IsNull()) continue;
    TableKeys& keys = request.tables.emplace_back();
    keys.table_name = TextOf(member.name);
    const Json& list = *FindField(member.value, "Keys");
    keys.keys.reserve(list.Size());
    for (const Json& key : list.GetArray()) {
      if (!key.IsNull()) keys.keys.push_back(DecodeItem(key));
    }
    keys.consistent_read = BooleanField(member.value, "ConsistentRead").value_or(false);
    keys.projection_expression = TextField(member.value, "ProjectionExpression");
    keys.attributes_to_get = TextListField(member.value, "AttributesToGet");
    keys.expression_attributes = DecodeExpressionAttributes(member.value);
    keys.expression_attributes.values.reset();  // not a parameter here
  }
  return request;
}

BatchWriteItemRequest DecodeBatchWriteItem(const Json& body) {
  BatchWriteItemRequest request;
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
  request.return_item_collection_metrics = TextField(body, "ReturnItemCollectionMetrics") == "SIZE";
  for (const auto& member : FindField(body, "RequestItems")->GetObject()) {
    if (member.value.IsNull()) continue;
    TableWrites& writes = request.tables.emplace_back();
    writes.table_name = TextOf(member.name);
    writes.requests.reserve(member.value.Size());
    for (const Json& write : member.value.GetArray()) {
      if (write.IsNull()) continue;
      WriteRequest& decoded = writes.requests.emplace_back();
      if (const Json* put = FindField(write, "PutRequest")) decoded.put_item = ItemField(*put, "Item");
      if (const Json* remove = FindField(write, "DeleteRequest")) decoded.delete_key = ItemField(*remove, "Key");
    }
  }
  return request;
}

void WriteTexts(JsonWriter& out, std::string_view key, const std::vector<std::string_view>& texts) {
  WriteKey(out, key);
  out.StartArray();
  for (const std::string_view text : texts) WriteText(out, text);
  out.EndArray();
}

// A part of RequestItems, to be sent again.
void WriteTableKeys(JsonWriter& out, const TableKeys& keys) {
  WriteKey(out, keys.table_name);
  out.StartObject();
  WriteKey(out, "Keys");
  out.StartArray();
  for (const EncodedItem& key : keys.keys) WriteItem(out, key.view());
  out.EndArray();
  if (keys.consistent_read) {
    WriteKey(out, "ConsistentRead");
    out.Bool(true);
  }
  if (keys.attributes_to_get) WriteTexts(out, "AttributesToGet", *keys.attributes_to_get);
  if (keys.projection_expression) {
    WriteKey(out, "ProjectionExpression");
    WriteText(out, *keys.projection_expression);
  }
  if (keys.expression_attributes.names) {
    WriteKey(out, "ExpressionAttributeNames");
    out.StartObject();
    for (const NamePlaceholder& name : *keys.expression_attributes.names) {
      WriteKey(out, name.placeholder);
      WriteText(out, name.name);
    }
    out.EndObject();
  }
  out.EndObject();
}

void EncodeBatchGetItem(const BatchGetItemResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "Responses");
  out.StartObject();
  for (const auto& [table, items] : response.responses) {
    WriteKey(out, table);
    WriteItems(out, items);
  }
  out.EndObject();
  WriteKey(out, "UnprocessedKeys");
  out.StartObject();
  for (const TableKeys& keys : response.unprocessed) WriteTableKeys(out, keys);
  out.EndObject();
  WriteConsumedCapacity(out, response.consumed_capacity);
  out.EndObject();
}

void EncodeBatchWriteItem(const BatchWriteItemResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "UnprocessedItems");
  out.StartObject();
  out.EndObject();
  WriteItemCollectionMetrics(out, response.item_collection_metrics);
  WriteConsumedCapacity(out, response.consumed_capacity);
  out.EndObject();
}

constexpr std::array<Operation, 2> kOperations = {{
    {"BatchGetItem", Structure(kBatchGetItemFields), Handle<DecodeBatchGetItem, BatchGetItem, EncodeBatchGetItem>,
     CheckLayer::kNewer},
    {"BatchWriteItem", Structure(kBatchWriteItemFields),
     Handle<DecodeBatchWriteItem, BatchWriteItem, EncodeBatchWriteItem>, CheckLayer::kOlder, Collecting::kKeysLast},
}};

}  // namespace

std::span<const Operation> BatchOperations() {
  return kOperations;
}

}  // namespace dynarock
