#include "protocol/codec/items.h"

#include "engine/reads/get_item.h"
#include "engine/writes/write_item.h"
#include "protocol/codec/reply_parts.h"
#include "protocol/codec/request_parts.h"

namespace dynarock {

template <>
inline constexpr auto kNamesOf<ReturnValues> = Names<ReturnValues>({{"ALL_NEW", ReturnValues::kAllNew},
                                                                    {"UPDATED_OLD", ReturnValues::kUpdatedOld},
                                                                    {"ALL_OLD", ReturnValues::kAllOld},
                                                                    {"NONE", ReturnValues::kNone},
                                                                    {"UPDATED_NEW", ReturnValues::kUpdatedNew}});
template <>
inline constexpr auto kNamesOf<AttributeUpdate::Action> =
    Names<AttributeUpdate::Action>({{"ADD", AttributeUpdate::Action::kAdd},
                                    {"PUT", AttributeUpdate::Action::kPut},
                                    {"DELETE", AttributeUpdate::Action::kDelete}});
template <>
inline constexpr auto kEntryName<ExpectedAttribute> = &ExpectedAttribute::attribute;
template <>
inline constexpr auto kEntryName<AttributeUpdate> = &AttributeUpdate::attribute;

namespace {

constexpr auto kReturnValues = EnumShape<ReturnValues>("[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]");
constexpr auto kUpdateAction = EnumShape<AttributeUpdate::Action>();

bool ReadExpectedList(const Json& value, const Shape& shape, ExpectedAttribute& expected) {
  expected.has_list = true;
  return ReadInto(value, shape, expected.values);
}

bool ReadExpectedValue(const Json& value, const Shape& shape, ExpectedAttribute& expected) {
  expected.has_value = true;
  return ReadInto(value, shape, expected.values.emplace_back());
}

constexpr auto kExpectedMembers = Members<ExpectedAttribute>(
    Optional<ReadExpectedList>("AttributeValueList", kAttributeValues),
    Optional<&ExpectedAttribute::op>("ComparisonOperator", kComparisonOperator),
    Optional<&ExpectedAttribute::exists>("Exists", kBoolean), Optional<ReadExpectedValue>("Value", kAttributeValue));
constexpr auto kExpectedAttribute = Structure(kExpectedMembers, "ExpectedAttributeValue");
constexpr auto kExpected = MapOf(kExpectedAttribute);

constexpr auto kUpdateMembers = Members<AttributeUpdate>(Optional<&AttributeUpdate::action>("Action", kUpdateAction),
                                                         Optional<&AttributeUpdate::value>("Value", kAttributeValue));
constexpr auto kAttributeUpdate = Structure(kUpdateMembers, "AttributeValueUpdate");
constexpr auto kAttributeUpdates = MapOf(kAttributeUpdate);

constexpr auto kPutItemRequest = Members<PutItemRequest>(
    Optional<&PutItemRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Optional<&PutItemRequest::return_values>("ReturnValues", kReturnValues),
    Required<&PutItemRequest::table_name>("TableName", kTableNameOrArn), Required<&PutItemRequest::item>("Item", kItem),
    Optional<&PutItemRequest::conditional_operator>("ConditionalOperator", kConditionalOperator),
    Optional<&PutItemRequest::expected>("Expected", kExpected),
    Optional<&PutItemRequest::return_item_collection_metrics>("ReturnItemCollectionMetrics",
                                                              kReturnItemCollectionMetrics),
    Optional<&PutItemRequest::condition_expression>("ConditionExpression", kString),
    Optional<&PutItemRequest::expression_attributes>("ExpressionAttributeValues", kPlaceholderValues),
    Optional<&PutItemRequest::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames),
    Optional<&PutItemRequest::return_old_on_condition_failure>("ReturnValuesOnConditionCheckFailure",
                                                               kReturnOnFailure));

constexpr auto kDeleteItemRequest = Members<DeleteItemRequest>(
    Optional<&DeleteItemRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Required<&DeleteItemRequest::table_name>("TableName", kTableNameOrArn),
    Optional<&DeleteItemRequest::return_values>("ReturnValues", kReturnValues),
    Optional<&DeleteItemRequest::return_item_collection_metrics>("ReturnItemCollectionMetrics",
                                                                 kReturnItemCollectionMetrics),
    Required<&DeleteItemRequest::key>("Key", kItem),
    Optional<&DeleteItemRequest::conditional_operator>("ConditionalOperator", kConditionalOperator),
    Optional<&DeleteItemRequest::expected>("Expected", kExpected),
    Optional<&DeleteItemRequest::condition_expression>("ConditionExpression", kString),
    Optional<&DeleteItemRequest::expression_attributes>("ExpressionAttributeValues", kPlaceholderValues),
    Optional<&DeleteItemRequest::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames),
    Optional<&DeleteItemRequest::return_old_on_condition_failure>("ReturnValuesOnConditionCheckFailure",
                                                                  kReturnOnFailure));

constexpr auto kUpdateItemRequest = Members<UpdateItemRequest>(
    Optional<&UpdateItemRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Required<&UpdateItemRequest::table_name>("TableName", kTableNameOrArn),
    Optional<&UpdateItemRequest::return_item_collection_metrics>("ReturnItemCollectionMetrics",
                                                                 kReturnItemCollectionMetrics),
    Optional<&UpdateItemRequest::return_values>("ReturnValues", kReturnValues),
    Optional<&UpdateItemRequest::conditional_operator>("ConditionalOperator", kConditionalOperator),
    Required<&UpdateItemRequest::key>("Key", kItem), Optional<&UpdateItemRequest::expected>("Expected", kExpected),
    Optional<&UpdateItemRequest::attribute_updates>("AttributeUpdates", kAttributeUpdates),
    Optional<&UpdateItemRequest::condition_expression>("ConditionExpression", kString),
    Optional<&UpdateItemRequest::update_expression>("UpdateExpression", kString),
    Optional<&UpdateItemRequest::expression_attributes>("ExpressionAttributeValues", kPlaceholderValues),
    Optional<&UpdateItemRequest::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames),
    Optional<&UpdateItemRequest::return_old_on_condition_failure>("ReturnValuesOnConditionCheckFailure",
                                                                  kReturnOnFailure));

constexpr auto kWriteItemReply =
    ReplyOf<WriteItemResponse>(Shown<&WriteItemResponse::attributes, WriteItemBytes>("Attributes"),
                               Shown<&WriteItemResponse::consumed_capacity>("ConsumedCapacity"),
                               Shown<&WriteItemResponse::item_collection_metrics>("ItemCollectionMetrics"));

constexpr auto kGetItemRequest = Members<GetItemRequest>(
    Optional<&GetItemRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Optional<&GetItemRequest::attributes_to_get>("AttributesToGet", kAttributesToGet),
    Required<&GetItemRequest::table_name>("TableName", kTableNameOrArn), Required<&GetItemRequest::key>("Key", kItem),
    Optional<&GetItemRequest::consistent_read>("ConsistentRead", kBoolean),
    Optional<&GetItemRequest::projection_expression>("ProjectionExpression", kString),
    Optional<&GetItemRequest::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames));

constexpr auto kGetItemReply = ReplyOf<GetItemResponse>(Shown<&GetItemResponse::item, WriteItemBytes>("Item"),
                                                        Shown<&GetItemResponse::consumed_capacity>("ConsumedCapacity"));

constexpr auto kOperations = std::to_array<Operation>({
    MakeOperation<kGetItemRequest, GetItem, kGetItemReply>({.name = "GetItem", .layer = CheckLayer::kNewer}),
    MakeOperation<kPutItemRequest, PutItem, kWriteItemReply>({.name = "PutItem",
                                                              .layer = CheckLayer::kEnveloped,
                                                              .collecting = Collecting::kNewerWrite,
                                                              .joins_turn = true}),
    MakeOperation<kUpdateItemRequest, UpdateItem, kWriteItemReply>({.name = "UpdateItem",
                                                                    .layer = CheckLayer::kEnveloped,
                                                                    .collecting = Collecting::kFirstEnum,
                                                                    .joins_turn = true}),
    MakeOperation<kDeleteItemRequest, DeleteItem, kWriteItemReply>({.name = "DeleteItem",
                                                                    .layer = CheckLayer::kEnveloped,
                                                                    .collecting = Collecting::kNewerWrite,
                                                                    .joins_turn = true}),
});

}  // namespace

std::span<const Operation> ItemOperations() {
  return kOperations;
}

}  // namespace dynarock
