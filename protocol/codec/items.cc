#include "protocol/codec/items.h"

#include "engine/operations/items.h"
#include "protocol/codec/fields.h"

namespace dynarock {
namespace {

constexpr std::array<Field, 4> kExpectedFields = {{{"AttributeValueList", &kAttributeValueListShape},
                                                   {"ComparisonOperator", &kComparisonOperatorShape},
                                                   {"Exists", &kBooleanShape},
                                                   {"Value", &kAttributeValueShape}}};
constexpr Shape kExpectedAttributeShape{
    .kind = ShapeKind::kStructure, .fields = kExpectedFields, .java_name = "ExpectedAttributeValue"};
constexpr Shape kExpectedShape{
    .kind = ShapeKind::kMap, .element = &kExpectedAttributeShape, .java_name = "ExpectedAttributeValue"};

// Fields stand in the order in which AWS reports their errors.
constexpr std::array<Field, 11> kPutItemFields = {{
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"Item", &kAttributeMapShape, Presence::kRequired},
    {"ConditionalOperator", &kConditionalOperatorShape},
    {"Expected", &kExpectedShape},
    {"ReturnValues", &kReturnValuesShape},
    {"ReturnItemCollectionMetrics", &kReturnItemCollectionMetricsShape},
    {"ConditionExpression", &kStringShape},
    {"ExpressionAttributeValues", &kAttributeMapShape},
    {"ExpressionAttributeNames", &kNameMapShape},
    {"ReturnValuesOnConditionCheckFailure", &kReturnOnFailureShape},
}};

constexpr std::array<Field, 11> kDeleteItemFields = {{
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"ReturnValues", &kReturnValuesShape},
    {"ReturnItemCollectionMetrics", &kReturnItemCollectionMetricsShape},
    {"Key", &kAttributeMapShape, Presence::kRequired},
    {"ConditionalOperator", &kConditionalOperatorShape},
    {"Expected", &kExpectedShape},
    {"ConditionExpression", &kStringShape},
    {"ExpressionAttributeValues", &kAttributeMapShape},
    {"ExpressionAttributeNames", &kNameMapShape},
    {"ReturnValuesOnConditionCheckFailure", &kReturnOnFailureShape},
}};

constexpr std::array<Field, 7> kGetItemFields = {{
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"AttributesToGet", &kAttributesToGetShape},
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"Key", &kAttributeMapShape, Presence::kRequired},
    {"ConsistentRead", &kBooleanShape},
    {"ProjectionExpression", &kStringShape},
    {"ExpressionAttributeNames", &kNameMapShape},
}};

// What PutItem and DeleteItem have in common.
template <class Request>
void DecodeWrite(const Json& body, Request& request) {
  request.table_name = TableNameField(body);
  request.condition_expression = TextField(body, "ConditionExpression");
  request.expression_attributes = DecodeExpressionAttributes(body);
  request.return_values =
      EnumField<ReturnValues>(body, "ReturnValues", kReturnValuesNames).value_or(ReturnValues::kNone);
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
  request.return_item_collection_metrics = TextField(body, "ReturnItemCollectionMetrics") == "SIZE";
  request.return_old_on_condition_failure = TextField(body, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
}

PutItemRequest DecodePutItem(const Json& body) {
  PutItemRequest request;
  DecodeWrite(body, request);
  request.item = ItemField(body, "Item");
  return request;
}

DeleteItemRequest DecodeDeleteItem(const Json& body) {
  DeleteItemRequest request;
  DecodeWrite(body, request);
  request.key = ItemField(body, "Key");
  return request;
}

void EncodeWrite(const WriteItemResponse& response, JsonWriter& out) {
  out.StartObject();
  if (response.attributes) {
    WriteKey(out, "Attributes");
    WriteItem(out, ItemView(*response.attributes));
  }
  WriteConsumedCapacity(out, response.consumed_capacity);
  WriteItemCollectionMetrics(out, response.item_collection_metrics);
  out.EndObject();
}

GetItemRequest DecodeGetItem(const Json& body) {
  GetItemRequest request;
  request.table_name = TableNameField(body);
  request.key = ItemField(body, "Key");
  request.consistent_read = BooleanField(body, "ConsistentRead").value_or(false);
  request.projection_expression = TextField(body, "ProjectionExpression");
  request.expression_attributes = DecodeExpressionAttributes(body);
  request.expression_attributes.values.reset();  // not a parameter of GetItem
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
  return request;
}

void EncodeGetItem(const GetItemResponse& response, JsonWriter& out) {
  out.StartObject();
  if (response.item) {
    WriteKey(out, "Item");
    WriteItem(out, ItemView(*response.item));
  }
  WriteConsumedCapacity(out, response.consumed_capacity);
  out.EndObject();
}

constexpr std::array<Operation, 3> kOperations = {{
    {"GetItem", Structure(kGetItemFields), Handle<DecodeGetItem, GetItem, EncodeGetItem>},
    {"PutItem", Structure(kPutItemFields), Handle<DecodePutItem, PutItem, EncodeWrite>, true},
    {"DeleteItem", Structure(kDeleteItemFields), Handle<DecodeDeleteItem, DeleteItem, EncodeWrite>},
}};

}  // namespace

std::span<const Operation> ItemOperations() { return kOperations; }

}  // namespace dynarock
