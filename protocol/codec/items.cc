#include "protocol/codec/items.h"

#include "engine/reads/get_item.h"
#include "engine/writes/write_item.h"
#include "engine/writes/write_request.h"
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
    {"ReturnValues", &kReturnValuesShape},
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"Item", &kAttributeMapShape, Presence::kRequired},
    {"ConditionalOperator", &kConditionalOperatorShape},
    {"Expected", &kExpectedShape},
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

// In the order of AttributeUpdate::Action.
constexpr std::array<std::string_view, 3> kUpdateActionNames = {"PUT", "ADD", "DELETE"};
// In the order of AWS's messages.
constexpr std::array<std::string_view, 3> kShownUpdateActionNames = {"ADD", "PUT", "DELETE"};
constexpr Shape kUpdateActionShape{.allowed = kShownUpdateActionNames};
constexpr std::array<Field, 2> kAttributeUpdateFields = {
    {{"Action", &kUpdateActionShape}, {"Value", &kAttributeValueShape}}};
constexpr Shape kAttributeUpdateShape{
    .kind = ShapeKind::kStructure, .fields = kAttributeUpdateFields, .java_name = "AttributeValueUpdate"};
constexpr Shape kAttributeUpdatesShape{
    .kind = ShapeKind::kMap, .element = &kAttributeUpdateShape, .java_name = "AttributeValueUpdate"};

constexpr std::array<Field, 13> kUpdateItemFields = {{
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"ReturnItemCollectionMetrics", &kReturnItemCollectionMetricsShape},
    {"ReturnValues", &kReturnValuesShape},
    {"ConditionalOperator", &kConditionalOperatorShape},
    {"Key", &kAttributeMapShape, Presence::kRequired},
    {"Expected", &kExpectedShape},
    {"AttributeUpdates", &kAttributeUpdatesShape},
    {"ConditionExpression", &kStringShape},
    {"UpdateExpression", &kStringShape},
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

std::optional<std::vector<ExpectedAttribute>> DecodeExpected(const Json& body) {
  const Json* map = FindField(body, "Expected");
  if (!map) return std::nullopt;
  std::vector<ExpectedAttribute> expected;
  for (const auto& member : map->GetObject()) {
    if (member.value.IsNull()) continue;
    ExpectedAttribute& attribute = expected.emplace_back();
    attribute.attribute = TextOf(member.name);
    attribute.op = EnumField<LegacyOperator>(member.value, "ComparisonOperator", kComparisonOperatorNames);
    attribute.exists = BooleanField(member.value, "Exists");
    attribute.has_list = FindField(member.value, "AttributeValueList") != nullptr;
    attribute.values = ValueListField(member.value, "AttributeValueList");
    if (const Json* value = FindField(member.value, "Value")) {
      attribute.has_value = true;
      attribute.values.push_back(DecodeEncodedValue(*value));
    }
  }
  return expected;
}

// What the writes of one item have in common.
void DecodeWrite(const Json& body, WriteItemRequest& request) {
  request.table_name = TableNameField(body);
  request.condition_expression = TextField(body, "ConditionExpression");
  request.expression_attributes = DecodeExpressionAttributes(body);
  request.expected = DecodeExpected(body);
  request.conditional_operator = ConditionalOperatorField(body);
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

std::optional<std::vector<AttributeUpdate>> DecodeAttributeUpdates(const Json& body) {
  const Json* map = FindField(body, "AttributeUpdates");
  if (!map) return std::nullopt;
  std::vector<AttributeUpdate> updates;
  updates.reserve(map->MemberCount());
  for (const auto& member : map->GetObject()) {
    if (member.value.IsNull()) continue;
    AttributeUpdate& update = updates.emplace_back();
    update.attribute = TextOf(member.name);
    update.action = EnumField<AttributeUpdate::Action>(member.value, "Action", kUpdateActionNames)
                        .value_or(AttributeUpdate::Action::kPut);
    if (const Json* value = FindField(member.value, "Value")) update.value = DecodeEncodedValue(*value);
  }
  return updates;
}

UpdateItemRequest DecodeUpdateItem(const Json& body) {
  UpdateItemRequest request;
  DecodeWrite(body, request);
  request.key = ItemField(body, "Key");
  request.update_expression = TextField(body, "UpdateExpression");
  request.attribute_updates = DecodeAttributeUpdates(body);
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
  request.attributes_to_get = TextListField(body, "AttributesToGet");
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

constexpr std::array<Operation, 4> kOperations = {{
    {"GetItem", Structure(kGetItemFields), Handle<DecodeGetItem, GetItem, EncodeGetItem>, CheckLayer::kNewer},
    {.name = "PutItem",
     .shape = Structure(kPutItemFields),
     .handle = Handle<DecodePutItem, PutItem, EncodeWrite>,
     .layer = CheckLayer::kEnveloped,
     .collecting = Collecting::kNewerWrite,
     .joins_turn = true},
    {.name = "UpdateItem",
     .shape = Structure(kUpdateItemFields),
     .handle = Handle<DecodeUpdateItem, UpdateItem, EncodeWrite>,
     .layer = CheckLayer::kEnveloped,
     .collecting = Collecting::kFirstEnum,
     .joins_turn = true},
    {.name = "DeleteItem",
     .shape = Structure(kDeleteItemFields),
     .handle = Handle<DecodeDeleteItem, DeleteItem, EncodeWrite>,
     .layer = CheckLayer::kEnveloped,
     .collecting = Collecting::kNewerWrite,
     .joins_turn = true},
}};

}  // namespace

std::span<const Operation> ItemOperations() {
  return kOperations;
}

}  // namespace dynarock
