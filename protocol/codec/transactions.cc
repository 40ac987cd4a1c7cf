#include "protocol/codec/transactions.h"

#include "engine/base/limits.h"
#include "engine/reads/transact_get_items.h"
#include "engine/writes/transact_write_items.h"
#include "protocol/codec/reply_parts.h"
#include "protocol/codec/request_parts.h"

namespace dynarock {
namespace {

constexpr auto kPutMembers = Members<TransactWriteItem>(
    Required<&TransactWriteItem::table_name>("TableName", kTableNameOrArn),
    Required<&TransactWriteItem::item>("Item", kItem),
    Optional<&TransactWriteItem::condition_expression>("ConditionExpression", kString),
    Optional<&TransactWriteItem::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames),
    Optional<&TransactWriteItem::expression_attributes>("ExpressionAttributeValues", kPlaceholderValues),
    Optional<&TransactWriteItem::return_old_on_condition_failure>("ReturnValuesOnConditionCheckFailure",
                                                                  kReturnOnFailure));
constexpr auto kPut = Structure(kPutMembers, "Put");

constexpr auto kDeleteMembers = Members<TransactWriteItem>(
    Required<&TransactWriteItem::table_name>("TableName", kTableNameOrArn),
    Required<&TransactWriteItem::item>("Key", kItem),
    Optional<&TransactWriteItem::condition_expression>("ConditionExpression", kString),
    Optional<&TransactWriteItem::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames),
    Optional<&TransactWriteItem::expression_attributes>("ExpressionAttributeValues", kPlaceholderValues),
    Optional<&TransactWriteItem::return_old_on_condition_failure>("ReturnValuesOnConditionCheckFailure",
                                                                  kReturnOnFailure));
constexpr auto kDelete = Structure(kDeleteMembers, "Delete");

constexpr auto kCheckMembers = Members<TransactWriteItem>(
    Required<&TransactWriteItem::table_name>("TableName", kTableNameOrArn),
    Required<&TransactWriteItem::item>("Key", kItem),
    Required<&TransactWriteItem::condition_expression>("ConditionExpression", kString),
    Optional<&TransactWriteItem::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames),
    Optional<&TransactWriteItem::expression_attributes>("ExpressionAttributeValues", kPlaceholderValues),
    Optional<&TransactWriteItem::return_old_on_condition_failure>("ReturnValuesOnConditionCheckFailure",
                                                                  kReturnOnFailure));
constexpr auto kCheck = Structure(kCheckMembers, "ConditionCheck");

constexpr auto kUpdateMembers = Members<TransactWriteItem>(
    Required<&TransactWriteItem::table_name>("TableName", kTableNameOrArn),
    Required<&TransactWriteItem::item>("Key", kItem),
    Required<&TransactWriteItem::update_expression>("UpdateExpression", kString),
    Optional<&TransactWriteItem::condition_expression>("ConditionExpression", kString),
    Optional<&TransactWriteItem::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames),
    Optional<&TransactWriteItem::expression_attributes>("ExpressionAttributeValues", kPlaceholderValues),
    Optional<&TransactWriteItem::return_old_on_condition_failure>("ReturnValuesOnConditionCheckFailure",
                                                                  kReturnOnFailure));
constexpr auto kUpdate = Structure(kUpdateMembers, "Update");

template <TransactAction kAction>
bool ReadAction(const Json& value, const Shape& shape, TransactWriteItem& item) {
  ++item.actions;
  item.action = kAction;
  return ReadInto(value, shape, item);
}

constexpr auto kActionMembers =
    Members<TransactWriteItem>(Optional<ReadAction<TransactAction::kConditionCheck>>("ConditionCheck", kCheck),
                               Optional<ReadAction<TransactAction::kPut>>("Put", kPut),
                               Optional<ReadAction<TransactAction::kDelete>>("Delete", kDelete),
                               Optional<ReadAction<TransactAction::kUpdate>>("Update", kUpdate));
constexpr auto kAction = Structure(kActionMembers, "TransactWriteItem");
constexpr auto kActions = ListOf(kAction, {.min = 1, .max = std::int64_t{kMaxTransactItems}});

constexpr auto kTransactWriteItemsRequest = Members<TransactWriteItemsRequest>(
    Optional<&TransactWriteItemsRequest::client_request_token>("ClientRequestToken", kClientRequestToken),
    Optional<&TransactWriteItemsRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Optional<&TransactWriteItemsRequest::return_item_collection_metrics>("ReturnItemCollectionMetrics",
                                                                         kReturnItemCollectionMetrics),
    Required<&TransactWriteItemsRequest::items>("TransactItems", kActions));

constexpr auto kTransactWriteItemsReply = ReplyOf<TransactWriteItemsResponse>(
    Shown<&TransactWriteItemsResponse::consumed_capacity>("ConsumedCapacity"),
    Shown<&TransactWriteItemsResponse::item_collection_metrics>("ItemCollectionMetrics"));

constexpr auto kGetMembers = Members<TransactGetItem>(
    Required<&TransactGetItem::table_name>("TableName", kTableNameOrArn), Required<&TransactGetItem::key>("Key", kItem),
    Optional<&TransactGetItem::projection_expression>("ProjectionExpression", kString),
    Optional<&TransactGetItem::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames));
constexpr auto kGet = Structure(kGetMembers, "Get");
constexpr auto kReadMembers = Members<TransactGetItem>(Required<Itself{}>("Get", kGet));
constexpr auto kRead = Structure(kReadMembers, "TransactGetItem");
constexpr auto kReads = ListOf(kRead, {.min = 1, .max = std::int64_t{kMaxTransactItems}});

constexpr auto kTransactGetItemsRequest = Members<TransactGetItemsRequest>(
    Optional<&TransactGetItemsRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Required<&TransactGetItemsRequest::items>("TransactItems", kReads));

constexpr auto kTransactGetItemsReply =
    ReplyOf<TransactGetItemsResponse>(Shown<&TransactGetItemsResponse::consumed_capacity>("ConsumedCapacity"),
                                      Shown<&TransactGetItemsResponse::items, WriteItemResponses>("Responses"));

constexpr auto kOperations = std::to_array<Operation>({
    MakeOperation<kTransactGetItemsRequest, TransactGetItems, kTransactGetItemsReply>({.name = "TransactGetItems"}),
    MakeOperation<kTransactWriteItemsRequest, TransactWriteItems, kTransactWriteItemsReply>(
        {.name = "TransactWriteItems"}),
});

}  // namespace

std::span<const Operation> TransactionOperations() {
  return kOperations;
}

}  // namespace dynarock
