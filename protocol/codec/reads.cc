#include "protocol/codec/reads.h"

#include "engine/reads/query_and_scan.h"
#include "protocol/codec/fields.h"

namespace dynarock {
namespace {

// In the order of Select.
constexpr std::array<std::string_view, 4> kSelectNames = {"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES",
                                                          "ALL_PROJECTED_ATTRIBUTES"};
constexpr Shape kSelectShape{.allowed = kSelectNames};

constexpr std::array<Field, 2> kConditionFields = {
    {{"AttributeValueList", &kAttributeValueListShape},
     {"ComparisonOperator", &kComparisonOperatorShape, Presence::kRequired}}};
constexpr Shape kConditionShape{.kind = ShapeKind::kStructure, .fields = kConditionFields, .java_name = "Condition"};
constexpr Shape kConditionMapShape{.kind = ShapeKind::kMap, .element = &kConditionShape, .java_name = "Condition"};

// Query tells of a limit in AWS's newer form, Scan in the older. Observed: conformance/cases/protocol/constraints.case
constexpr Shape kQueryLimitShape{.kind = ShapeKind::kInteger, .min = 1, .terse = true};
constexpr Shape kScanLimitShape{.kind = ShapeKind::kInteger, .min = 1};
constexpr Shape kTotalSegmentsShape{.kind = ShapeKind::kInteger, .min = 1, .max = 1000000};
constexpr Shape kSegmentShape{.kind = ShapeKind::kInteger, .min = 0, .max = 999999};

// Fields stand in the order in which AWS reports their errors.
constexpr std::array<Field, 17> kQueryFields = {{
    {"Select", &kSelectShape},
    {"IndexName", &kIndexNameShape},
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"QueryFilter", &kConditionMapShape},
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"ConditionalOperator", &kConditionalOperatorShape},
    {"AttributesToGet", &kAttributesToGetShape},
    {"Limit", &kQueryLimitShape},
    {"KeyConditions", &kConditionMapShape},
    {"ExclusiveStartKey", &kAttributeMapShape},
    {"ConsistentRead", &kBooleanShape},
    {"ScanIndexForward", &kBooleanShape},
    {"KeyConditionExpression", &kStringShape},
    {"FilterExpression", &kStringShape},
    {"ProjectionExpression", &kStringShape},
    {"ExpressionAttributeValues", &kAttributeMapShape},
    {"ExpressionAttributeNames", &kNameMapShape},
}};

constexpr std::array<Field, 16> kScanFields = {{
    {"Select", &kSelectShape},
    {"IndexName", &kIndexNameShape},
    {"TotalSegments", &kTotalSegmentsShape},
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"TableName", &kTableNameShape, Presence::kRequired},
    {"ConditionalOperator", &kConditionalOperatorShape},
    {"ScanFilter", &kConditionMapShape},
    {"Segment", &kSegmentShape},
    {"Limit", &kScanLimitShape},
    {"AttributesToGet", &kAttributesToGetShape},
    {"ExclusiveStartKey", &kAttributeMapShape},
    {"ConsistentRead", &kBooleanShape},
    {"FilterExpression", &kStringShape},
    {"ProjectionExpression", &kStringShape},
    {"ExpressionAttributeValues", &kAttributeMapShape},
    {"ExpressionAttributeNames", &kNameMapShape},
}};

std::optional<std::vector<LegacyCondition>> DecodeConditions(const Json& body, std::string_view name) {
  const Json* map = FindField(body, name);
  if (!map) return std::nullopt;
  std::vector<LegacyCondition> conditions;
  for (const auto& member : map->GetObject()) {
    if (member.value.IsNull()) continue;
    LegacyCondition& condition = conditions.emplace_back();
    condition.attribute = TextOf(member.name);
    condition.op = *EnumField<LegacyOperator>(member.value, "ComparisonOperator", kComparisonOperatorNames);
    condition.values = ValueListField(member.value, "AttributeValueList");
  }
  return conditions;
}

void DecodePage(const Json& body, PageRequest& request) {
  request.table_name = TableNameField(body);
  request.index_name = TextField(body, "IndexName");
  request.select = EnumField<Select>(body, "Select", kSelectNames);
  request.limit = IntegerField(body, "Limit");
  request.consistent_read = BooleanField(body, "ConsistentRead").value_or(false);
  request.filter_expression = TextField(body, "FilterExpression");
  request.projection_expression = TextField(body, "ProjectionExpression");
  request.expression_attributes = DecodeExpressionAttributes(body);
  request.attributes_to_get = TextListField(body, "AttributesToGet");
  request.conditional_operator = ConditionalOperatorField(body);
  if (FindField(body, "ExclusiveStartKey")) request.exclusive_start_key = ItemField(body, "ExclusiveStartKey");
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
}

QueryRequest DecodeQuery(const Json& body) {
  QueryRequest request;
  DecodePage(body, request);
  request.key_condition_expression = TextField(body, "KeyConditionExpression");
  request.key_conditions = DecodeConditions(body, "KeyConditions");
  request.filter = DecodeConditions(body, "QueryFilter");
  request.scan_index_forward = BooleanField(body, "ScanIndexForward").value_or(true);
  return request;
}

ScanRequest DecodeScan(const Json& body) {
  ScanRequest request;
  DecodePage(body, request);
  request.filter = DecodeConditions(body, "ScanFilter");
  request.segment = IntegerField(body, "Segment");
  request.total_segments = IntegerField(body, "TotalSegments");
  return request;
}

void EncodePage(const PageResponse& response, JsonWriter& out) {
  out.StartObject();
  if (response.items) {
    WriteKey(out, "Items");
    WriteItems(out, *response.items);
  }
  WriteKey(out, "Count");
  out.Int64(response.count);
  WriteKey(out, "ScannedCount");
  out.Int64(response.scanned_count);
  if (response.last_evaluated_key) {
    WriteKey(out, "LastEvaluatedKey");
    WriteItem(out, ItemView(*response.last_evaluated_key));
  }
  WriteConsumedCapacity(out, response.consumed_capacity);
  out.EndObject();
}

constexpr std::array<Operation, 2> kOperations = {{
    {"Query", Structure(kQueryFields), Handle<DecodeQuery, Query, EncodePage>, CheckLayer::kNewer,
     Collecting::kNewerRead},
    {"Scan", Structure(kScanFields), Handle<DecodeScan, Scan, EncodePage>},
}};

}  // namespace

std::span<const Operation> ReadOperations() {
  return kOperations;
}

}  // namespace dynarock
