#include "protocol/codec/transactions.h"

#include "engine/base/limits.h"
#include "engine/reads/transact_get_items.h"
#include "engine/writes/transact_write_items.h"
#include "protocol/codec/fields.h"

namespace dynarock {
namespace {

constexpr std::array<Field, 6> kPutFields = {{
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"Item", &kAttributeMapShape, Presence::kRequired},
    {"ConditionExpression", &kStringShape},
    {"ExpressionAttributeNames", &kNameMapShape},
    {"ExpressionAttributeValues", &kAttributeMapShape},
    {"ReturnValuesOnConditionCheckFailure", &kReturnOnFailureShape},
}};
constexpr Shape kPutShape{.kind = ShapeKind::kStructure, .fields = kPutFields, .java_name = "Put"};

constexpr std::array<Field, 6> kDeleteFields = {{
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"Key", &kAttributeMapShape, Presence::kRequired},
    {"ConditionExpression", &kStringShape},
    {"ExpressionAttributeNames", &kNameMapShape},
    {"ExpressionAttributeValues", &kAttributeMapShape},
    {"ReturnValuesOnConditionCheckFailure", &kReturnOnFailureShape},
}};
constexpr Shape kDeleteShape{.kind = ShapeKind::kStructure, .fields = kDeleteFields, .java_name = "Delete"};

constexpr std::array<Field, 6> kConditionCheckFields = {{
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"Key", &kAttributeMapShape, Presence::kRequired},
    {"ConditionExpression", &kStringShape, Presence::kRequired},
    {"ExpressionAttributeNames", &kNameMapShape},
    {"ExpressionAttributeValues", &kAttributeMapShape},
    {"ReturnValuesOnConditionCheckFailure", &kReturnOnFailureShape},
}};
constexpr Shape kConditionCheckShape{
    .kind = ShapeKind::kStructure, .fields = kConditionCheckFields, .java_name = "ConditionCheck"};

constexpr std::array<Field, 7> kUpdateFields = {{
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"Key", &kAttributeMapShape, Presence::kRequired},
    {"UpdateExpression", &kStringShape, Presence::kRequired},
    {"ConditionExpression", &kStringShape},
    {"ExpressionAttributeNames", &kNameMapShape},
    {"ExpressionAttributeValues", &kAttributeMapShape},
    {"ReturnValuesOnConditionCheckFailure", &kReturnOnFailureShape},
}};
constexpr Shape kUpdateShape{.kind = ShapeKind::kStructure, .fields = kUpdateFields, .java_name = "Update"};

// In the order of TransactAction.
constexpr std::array<Field, 4> kTransactWriteItemFields = {{
    {"ConditionCheck", &kConditionCheckShape},
    {"Put", &kPutShape},
    {"Delete", &kDeleteShape},
    {"Update", &kUpdateShape},
}};
constexpr Shape kTransactWriteItemShape{
    .kind = ShapeKind::kStructure, .fields = kTransactWriteItemFields, .java_name = "TransactWriteItem"};
constexpr Shape kTransactWriteListShape{
    .kind = ShapeKind::kList, .min = 1, .max = std::int64_t{kMaxTransactItems}, .element = &kTransactWriteItemShape};
constexpr Shape kClientRequestTokenShape{.kind = ShapeKind::kString, .min = 1, .max = 36};
constexpr std::array<Field, 4> kTransactWriteItemsFields = {{
    {"ClientRequestToken", &kClientRequestTokenShape},
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"ReturnItemCollectionMetrics", &kReturnItemCollectionMetricsShape},
    {"TransactItems", &kTransactWriteListShape, Presence::kRequired},
}};

constexpr std::array<Field, 4> kGetFields = {{
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"Key", &kAttributeMapShape, Presence::kRequired},
    {"ProjectionExpression", &kStringShape},
    {"ExpressionAttributeNames", &kNameMapShape},
}};
constexpr Shape kGetShape{.kind = ShapeKind::kStructure, .fields = kGetFields, .java_name = "Get"};
constexpr std::array<Field, 1> kTransactGetItemFields = {{{"Get", &kGetShape, Presence::kRequired}}};
constexpr Shape kTransactGetItemShape{
    .kind = ShapeKind::kStructure, .fields = kTransactGetItemFields, .java_name = "TransactGetItem"};
constexpr Shape kTransactGetListShape{
    .kind = ShapeKind::kList, .min = 1, .max = std::int64_t{kMaxTransactItems}, .element = &kTransactGetItemShape};
constexpr std::array<Field, 2> kTransactGetItemsFields = {{
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"TransactItems", &kTransactGetListShape, Presence::kRequired},
}};

TransactWriteItem DecodeWriteItem(const Json& member) {
  TransactWriteItem item;
  for (std::size_t i = 0; i < kTransactWriteItemFields.size(); ++i) {
    const Json* body = FindField(member, kTransactWriteItemFields[i].name);
    if (!body) continue;
    ++item.actions;
    item.action = static_cast<TransactAction>(i);
    item.table_name = TableNameField(*body);
    item.item = ItemField(*body, item.action == TransactAction::kPut ? "Item" : "Key");
    item.condition_expression = TextField(*body, "ConditionExpression");
    item.update_expression = TextField(*body, "UpdateExpression");
    if (item.action != TransactAction::kUpdate) item.update_expression.reset();  // not a parameter of the others
    item.expression_attributes = DecodeExpressionAttributes(*body);
    item.return_old_on_condition_failure = TextField(*body, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
  }
  return item;
}

TransactWriteItemsRequest DecodeTransactWriteItems(const Json& body) {
  TransactWriteItemsRequest request;
  request.client_request_token = TextField(body, "ClientRequestToken");
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
  request.return_item_collection_metrics = TextField(body, "ReturnItemCollectionMetrics") == "SIZE";
  for (const Json& member : FindField(body, "TransactItems")->GetArray()) {
    if (!member.IsNull()) request.items.push_back(DecodeWriteItem(member));
  }
  return request;
}

void EncodeTransactWriteItems(const TransactWriteItemsResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteConsumedCapacity(out, response.consumed_capacity);
  WriteItemCollectionMetrics(out, response.item_collection_metrics);
  out.EndObject();
}

TransactGetItemsRequest DecodeTransactGetItems(const Json& body) {
  TransactGetItemsRequest request;
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
  for (const Json& member : FindField(body, "TransactItems")->GetArray()) {
    if (member.IsNull()) continue;
    const Json& get = *FindField(member, "Get");
    TransactGetItem& item = request.items.emplace_back();
    item.table_name = TableNameField(get);
    item.key = ItemField(get, "Key");
    item.projection_expression = TextField(get, "ProjectionExpression");
    item.expression_attributes = DecodeExpressionAttributes(get);
    item.expression_attributes.values.reset();  // not a parameter here
  }
  return request;
}

void EncodeTransactGetItems(const TransactGetItemsResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteConsumedCapacity(out, response.consumed_capacity);
  WriteKey(out, "Responses");
  out.StartArray();
  for (const auto& item : response.items) {
    out.StartObject();
    if (item) {
      WriteKey(out, "Item");
      WriteItem(out, ItemView(*item));
    }
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
}

constexpr std::array<Operation, 2> kOperations = {{
    {"TransactGetItems", Structure(kTransactGetItemsFields),
     Handle<DecodeTransactGetItems, TransactGetItems, EncodeTransactGetItems>},
    {"TransactWriteItems", Structure(kTransactWriteItemsFields),
     Handle<DecodeTransactWriteItems, TransactWriteItems, EncodeTransactWriteItems>},
}};

}  // namespace

std::span<const Operation> TransactionOperations() {
  return kOperations;
}

}  // namespace dynarock
