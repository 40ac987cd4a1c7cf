#include "protocol/codec/reads.h"

#include "engine/reads/query_and_scan.h"
#include "protocol/codec/reply_parts.h"
#include "protocol/codec/request_parts.h"

namespace dynarock {

template <>
inline constexpr auto kNamesOf<Select> = Names<Select>({{"SPECIFIC_ATTRIBUTES", Select::kSpecificAttributes},
                                                        {"COUNT", Select::kCount},
                                                        {"ALL_ATTRIBUTES", Select::kAllAttributes},
                                                        {"ALL_PROJECTED_ATTRIBUTES", Select::kAllProjectedAttributes}});
template <>
inline constexpr auto kEntryName<LegacyCondition> = &LegacyCondition::attribute;

namespace {

constexpr auto kSelect = EnumShape<Select>();
constexpr auto kConditionMembers =
    Members<LegacyCondition>(Optional<&LegacyCondition::values>("AttributeValueList", kAttributeValues),
                             Required<&LegacyCondition::op>("ComparisonOperator", kComparisonOperator));
constexpr auto kCondition = Structure(kConditionMembers, "Condition");
constexpr auto kConditions = MapOf(kCondition);

// Query reports a limit in AWS's newer form, Scan in the older. Observed: conformance/cases/protocol/constraints.case
constexpr Shape kQueryLimit{.kind = ShapeKind::kInteger, .min = 1, .terse = true};
constexpr Shape kScanLimit{.kind = ShapeKind::kInteger, .min = 1};
constexpr Shape kTotalSegments{.kind = ShapeKind::kInteger, .min = 1, .max = 1000000};
constexpr Shape kSegment{.kind = ShapeKind::kInteger, .min = 0, .max = 999999};

constexpr auto kQueryRequest = Members<QueryRequest>(
    Optional<&QueryRequest::select>("Select", kSelect), Optional<&QueryRequest::index_name>("IndexName", kIndexName),
    Optional<&QueryRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Optional<&QueryRequest::filter>("QueryFilter", kConditions),
    Required<&QueryRequest::table_name>("TableName", kTableNameOrArn),
    Optional<&QueryRequest::conditional_operator>("ConditionalOperator", kConditionalOperator),
    Optional<&QueryRequest::attributes_to_get>("AttributesToGet", kAttributesToGet),
    Optional<&QueryRequest::limit>("Limit", kQueryLimit),
    Optional<&QueryRequest::key_conditions>("KeyConditions", kConditions),
    Optional<&QueryRequest::exclusive_start_key>("ExclusiveStartKey", kItem),
    Optional<&QueryRequest::consistent_read>("ConsistentRead", kBoolean),
    Optional<&QueryRequest::scan_index_forward>("ScanIndexForward", kBoolean),
    Optional<&QueryRequest::key_condition_expression>("KeyConditionExpression", kString),
    Optional<&QueryRequest::filter_expression>("FilterExpression", kString),
    Optional<&QueryRequest::projection_expression>("ProjectionExpression", kString),
    Optional<&QueryRequest::expression_attributes>("ExpressionAttributeValues", kPlaceholderValues),
    Optional<&QueryRequest::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames));

constexpr auto kScanRequest = Members<ScanRequest>(
    Optional<&ScanRequest::select>("Select", kSelect), Optional<&ScanRequest::index_name>("IndexName", kIndexName),
    Optional<&ScanRequest::total_segments>("TotalSegments", kTotalSegments),
    Optional<&ScanRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Required<&ScanRequest::table_name>("TableName", kTableNameOrArn),
    Optional<&ScanRequest::conditional_operator>("ConditionalOperator", kConditionalOperator),
    Optional<&ScanRequest::filter>("ScanFilter", kConditions), Optional<&ScanRequest::segment>("Segment", kSegment),
    Optional<&ScanRequest::limit>("Limit", kScanLimit),
    Optional<&ScanRequest::attributes_to_get>("AttributesToGet", kAttributesToGet),
    Optional<&ScanRequest::exclusive_start_key>("ExclusiveStartKey", kItem),
    Optional<&ScanRequest::consistent_read>("ConsistentRead", kBoolean),
    Optional<&ScanRequest::filter_expression>("FilterExpression", kString),
    Optional<&ScanRequest::projection_expression>("ProjectionExpression", kString),
    Optional<&ScanRequest::expression_attributes>("ExpressionAttributeValues", kPlaceholderValues),
    Optional<&ScanRequest::expression_attributes>("ExpressionAttributeNames", kPlaceholderNames));

constexpr auto kPageReply =
    ReplyOf<PageResponse>(Shown<&PageResponse::items>("Items"), Shown<&PageResponse::count>("Count"),
                          Shown<&PageResponse::scanned_count>("ScannedCount"),
                          Shown<&PageResponse::last_evaluated_key, WriteItemBytes>("LastEvaluatedKey"),
                          Shown<&PageResponse::consumed_capacity>("ConsumedCapacity"));

constexpr auto kOperations = std::to_array<Operation>({
    MakeOperation<kQueryRequest, Query, kPageReply>(
        {.name = "Query", .layer = CheckLayer::kNewer, .collecting = Collecting::kNewerRead}),
    MakeOperation<kScanRequest, Scan, kPageReply>({.name = "Scan"}),
});

}  // namespace

std::span<const Operation> ReadOperations() {
  return kOperations;
}

}  // namespace dynarock
