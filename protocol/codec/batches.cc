#include "protocol/codec/batches.h"

#include <utility>

#include "engine/base/limits.h"
#include "engine/reads/batch_get_item.h"
#include "engine/writes/batch_write_item.h"
#include "protocol/codec/reply_parts.h"
#include "protocol/codec/request_parts.h"

namespace dynarock {

template <>
inline constexpr auto kEntryName<TableKeys> = &TableKeys::table_name;
template <>
inline constexpr auto kEntryName<TableWrites> = &TableWrites::table_name;

// The value of an entry is its list of writes.
static bool Read(const Json& value, const Shape& shape, TableWrites& out) {
  return ReadInto(value, shape, out.requests);
}

namespace {

// Reported in AWS's newer form. Observed: conformance/cases/batches/batch_get_limits.case
constexpr auto kKeys = ListOf(kItem, {.min = 1, .max = std::int64_t{kMaxBatchReads}, .terse = true});
constexpr auto kTableKeysMembers =
    Members<TableKeys>(Required<&TableKeys::keys>("Keys", kKeys),
                       Optional<&TableKeys::attributes_to_get>("AttributesToGet", kAttributesToGet),
                       Optional<&TableKeys::consistent_read>("ConsistentRead", kBoolean),
                       Optional<&TableKeys::projection_expression>("ProjectionExpression", kString),
                       Optional<&TableKeys::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames));
constexpr auto kTableKeys = Structure(kTableKeysMembers, "KeysAndAttributes");
constexpr auto kAllKeys = MapOf(kTableKeys, {.key = &kLongerTableName, .terse = true});
constexpr auto kBatchGetItemRequest = Members<BatchGetItemRequest>(
    Required<&BatchGetItemRequest::tables>("RequestItems", kAllKeys),
    Optional<&BatchGetItemRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity));

constexpr auto kDeleteMembers = Members<WriteRequest>(Required<&WriteRequest::delete_key>("Key", kItem));
constexpr auto kDelete = Structure(kDeleteMembers, "DeleteRequest");
constexpr auto kPutMembers = Members<WriteRequest>(Required<&WriteRequest::put_item>("Item", kItem));
constexpr auto kPut = Structure(kPutMembers, "PutRequest");
constexpr auto kWriteMembers =
    Members<WriteRequest>(Optional<Itself{}>("DeleteRequest", kDelete), Optional<Itself{}>("PutRequest", kPut));
constexpr auto kWrite = Structure(kWriteMembers, "WriteRequest");
constexpr auto kTableWrites = ListOf(kWrite, {.java_name = "WriteRequest"});

constexpr auto kAllWrites =
    MapOf(kTableWrites, {.key = &kLongerTableName, .max_in_values = std::int64_t{kMaxBatchWrites}});
constexpr auto kBatchWriteItemRequest = Members<BatchWriteItemRequest>(
    Optional<&BatchWriteItemRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Optional<&BatchWriteItemRequest::return_item_collection_metrics>("ReturnItemCollectionMetrics",
                                                                     kReturnItemCollectionMetrics),
    Required<&BatchWriteItemRequest::tables>("RequestItems", kAllWrites));

const auto& PlaceholderNames(const TableKeys& keys) {
  return keys.expression_attributes.names;
}

void WriteNames(JsonWriter& out, const std::vector<NamePlaceholder>& names) {
  out.StartObject();
  for (const NamePlaceholder& name : names) WriteTextMember(out, name.placeholder, name.name);
  out.EndObject();
}

void WriteKeys(JsonWriter& out, const std::vector<EncodedItem>& keys) {
  out.StartArray();
  for (const EncodedItem& key : keys) WriteItem(out, key.view());
  out.EndArray();
}

std::optional<bool> ConsistentRead(const TableKeys& keys) {
  return keys.consistent_read ? std::optional(true) : std::nullopt;
}

// A part of RequestItems, to be sent again.
constexpr auto kTableKeysReply =
    ReplyOf<TableKeys>(Shown<&TableKeys::keys, WriteKeys>("Keys"), Shown<ConsistentRead>("ConsistentRead"),
                       Shown<&TableKeys::attributes_to_get>("AttributesToGet"),
                       Shown<&TableKeys::projection_expression>("ProjectionExpression"),
                       Shown<PlaceholderNames, WriteNames>("ExpressionAttributeNames"));

// The items of a table are freed as soon as their JSON is there: both of all items would be twice the memory.
void WriteResponses(JsonWriter& out, decltype(BatchGetItemResponse::responses)& responses) {
  out.StartObject();
  for (auto& [table, items] : responses) {
    WriteKey(out, table);
    WriteItems(out, std::exchange(items, {}));
  }
  out.EndObject();
}

void WriteUnprocessed(JsonWriter& out, const std::vector<TableKeys>& unprocessed) {
  out.StartObject();
  for (const TableKeys& keys : unprocessed) {
    WriteKey(out, keys.table_name);
    WriteReply(out, kTableKeysReply, keys);
  }
  out.EndObject();
}

constexpr auto kBatchGetItemRest =
    ReplyOf<BatchGetItemResponse>(Shown<&BatchGetItemResponse::unprocessed, WriteUnprocessed>("UnprocessedKeys"),
                                  Shown<&BatchGetItemResponse::consumed_capacity>("ConsumedCapacity"));

constexpr auto kBatchGetItemReply = [](JsonWriter& out, BatchGetItemResponse& response) {
  out.StartObject();
  WriteKey(out, "Responses");
  WriteResponses(out, response.responses);
  WriteMembers(out, kBatchGetItemRest, response);
  out.EndObject();
};

std::vector<TableKeys> Unprocessed(const BatchWriteItemResponse&) {
  return {};
}

constexpr auto kBatchWriteItemReply =
    ReplyOf<BatchWriteItemResponse>(Shown<Unprocessed, WriteUnprocessed>("UnprocessedItems"),
                                    Shown<&BatchWriteItemResponse::item_collection_metrics>("ItemCollectionMetrics"),
                                    Shown<&BatchWriteItemResponse::consumed_capacity>("ConsumedCapacity"));

constexpr auto kOperations = std::to_array<Operation>({
    MakeOperation<kBatchGetItemRequest, BatchGetItem, kBatchGetItemReply>(
        {.name = "BatchGetItem", .layer = CheckLayer::kNewer}),
    MakeOperation<kBatchWriteItemRequest, BatchWriteItem, kBatchWriteItemReply>(
        {.name = "BatchWriteItem", .collecting = Collecting::kKeysLast}),
});

}  // namespace

std::span<const Operation> BatchOperations() {
  return kOperations;
}

}  // namespace dynarock
