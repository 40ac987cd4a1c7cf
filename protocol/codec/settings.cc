#include "protocol/codec/settings.h"

#include <functional>

#include "engine/settings/continuous_backups.h"
#include "engine/settings/contributor_insights.h"
#include "engine/settings/kinesis_destinations.h"
#include "engine/settings/resource_policies.h"
#include "engine/settings/time_to_live.h"
#include "protocol/codec/reply_parts.h"
#include "protocol/codec/request_parts.h"
#include "protocol/codec/resource_policy.h"

namespace dynarock {

template <>
inline constexpr auto kNamesOf<InsightsStatus> = Names<InsightsStatus>({{"ENABLING", InsightsStatus::kEnabling},
                                                                        {"ENABLED", InsightsStatus::kEnabled},
                                                                        {"DISABLING", InsightsStatus::kDisabling},
                                                                        {"DISABLED", InsightsStatus::kDisabled}});

namespace {

// Time to live.

constexpr Shape kTtlAttribute{.min = 1, .max = 255};
constexpr auto kTtlMembers =
    Members<TimeToLiveChange>(Required<&TimeToLiveChange::attribute>("AttributeName", kTtlAttribute),
                              Required<&TimeToLiveChange::enabled>("Enabled", kBoolean));
constexpr auto kTtl = Structure(kTtlMembers, "TimeToLiveSpecification");
constexpr auto kUpdateTtlRequest =
    Members<TimeToLiveChange>(RequiredFirst<&TimeToLiveChange::table_name>("TableName", kTableNameOrArn),
                              Required<Itself{}>("TimeToLiveSpecification", kTtl));

constexpr auto kTtlChangeReply = ReplyOf<TimeToLiveChange>(Shown<&TimeToLiveChange::enabled>("Enabled"),
                                                           Shown<&TimeToLiveChange::attribute>("AttributeName"));
constexpr auto kUpdateTtlReply =
    ReplyOf<TimeToLiveChange>(Shown<std::identity{}, WriteAs<kTtlChangeReply>>("TimeToLiveSpecification"));

void WriteTtl(JsonWriter& out, const TimeToLive& ttl) {
  out.StartObject();
  WriteTextMember(out, "TimeToLiveStatus", ttl.enabled ? "ENABLED" : "DISABLED");
  if (ttl.enabled) WriteTextMember(out, "AttributeName", ttl.attribute);
  out.EndObject();
}
constexpr auto kDescribeTtlReply = ReplyOf<TimeToLive>(Shown<std::identity{}, WriteTtl>("TimeToLiveDescription"));

// Continuous backups.

constexpr Shape kDays{.kind = ShapeKind::kInteger, .min = 1, .max = 35};
constexpr auto kRecoveryMembers = Members<ContinuousBackupsRequest>(
    Required<&ContinuousBackupsRequest::enabled>("PointInTimeRecoveryEnabled", kBoolean),
    Optional<&ContinuousBackupsRequest::days>("RecoveryPeriodInDays", kDays));
constexpr auto kRecovery = Structure(kRecoveryMembers, "PointInTimeRecoverySpecification");
constexpr auto kUpdateBackupsRequest = Members<ContinuousBackupsRequest>(
    RequiredFirst<&ContinuousBackupsRequest::table_name>("TableName", kTableNameOrArn),
    Required<Itself{}>("PointInTimeRecoverySpecification", kRecovery));

void WriteRecovery(JsonWriter& out, const ContinuousBackups& backups) {
  out.StartObject();
  WriteTextMember(out, "PointInTimeRecoveryStatus", backups.recovery_enabled ? "ENABLED" : "DISABLED");
  if (backups.recovery_enabled) {
    WriteInteger(out, "RecoveryPeriodInDays", backups.days);
    WriteSeconds(out, "EarliestRestorableDateTime", backups.earliest);
    WriteSeconds(out, "LatestRestorableDateTime", backups.latest);
  }
  out.EndObject();
}
std::string_view BackupsStatus(const ContinuousBackups&) {
  return "ENABLED";
}
constexpr auto kBackupsDescriptionReply =
    ReplyOf<ContinuousBackups>(Shown<BackupsStatus>("ContinuousBackupsStatus"),
                               Shown<std::identity{}, WriteRecovery>("PointInTimeRecoveryDescription"));
constexpr auto kBackupsReply = ReplyOf<ContinuousBackups>(
    Shown<std::identity{}, WriteAs<kBackupsDescriptionReply>>("ContinuousBackupsDescription"));

// Resource policies.

constexpr Shape kResourceArn{.min = 1, .max = 1283};
constexpr Shape kRevision{.min = 1, .max = 255};
constexpr auto kPutPolicyRequest =
    Members<PutPolicyRequest>(Required<&PutPolicyRequest::resource_arn>("ResourceArn", kResourceArn),
                              Required<&PutPolicyRequest::policy>("Policy", kString),
                              Optional<&PutPolicyRequest::expected_revision_id>("ExpectedRevisionId", kRevision),
                              WithoutEffect("ConfirmRemoveSelfResourceAccess", kBoolean));
constexpr auto kGetPolicyRequest = Members<std::string_view>(Required<Itself{}>("ResourceArn", kResourceArn));
constexpr auto kDeletePolicyRequest =
    Members<DeletePolicyRequest>(Required<&DeletePolicyRequest::resource_arn>("ResourceArn", kResourceArn),
                                 Optional<&DeletePolicyRequest::expected_revision_id>("ExpectedRevisionId", kRevision));

constexpr auto kRevisionReply = ReplyOf<PolicyRevision>(Shown<&PolicyRevision::id>("RevisionId"));
constexpr auto kPolicyReply = ReplyOf<ResourcePolicy>(Shown<&ResourcePolicy::document>("Policy"),
                                                      Shown<&ResourcePolicy::revision_id>("RevisionId"));

// Contributor insights. Of both enums the first name is true.

constexpr auto kInsightsActions = std::to_array<std::string_view>({"ENABLE", "DISABLE"});
constexpr Shape kInsightsAction{.allowed = kInsightsActions};
constexpr auto kInsightsModes = std::to_array<std::string_view>({"THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS"});
constexpr Shape kInsightsMode{.allowed = kInsightsModes};
constexpr auto kUpdateInsightsRequest =
    Members<InsightsChange>(RequiredFirst<&InsightsChange::table_name>("TableName", kTableNameOrArn),
                            Optional<&InsightsChange::index_name>("IndexName", kString),
                            Required<&InsightsChange::enabled>("ContributorInsightsAction", kInsightsAction),
                            Optional<&InsightsChange::throttled_keys_only>("ContributorInsightsMode", kInsightsMode));
constexpr auto kDescribeInsightsRequest =
    Members<InsightsTarget>(RequiredFirst<&InsightsTarget::table_name>("TableName", kTableNameOrArn),
                            Optional<&InsightsTarget::index_name>("IndexName", kString));
constexpr Shape kMaxResults{.kind = ShapeKind::kInteger, .max = 100};
constexpr auto kListInsightsRequest =
    Members<ListInsightsRequest>(Optional<&ListInsightsRequest::table_name>("TableName", kTableNameOrArn),
                                 Optional<&ListInsightsRequest::next_token>("NextToken", kString),
                                 Optional<&ListInsightsRequest::max_results>("MaxResults", kMaxResults));

void WriteInsightsMembers(JsonWriter& out, const InsightsDescription& insights) {
  WriteTextMember(out, "TableName", insights.table_name);
  if (!insights.index_name.empty()) WriteTextMember(out, "IndexName", insights.index_name);
  WriteTextMember(out, "ContributorInsightsStatus", NameOf(insights.status));
  if (!insights.was_configured) return;
  WriteTextMember(out, "ContributorInsightsMode", kInsightsModes[insights.throttled_keys_only ? 0 : 1]);
}

void WriteInsightsChange(JsonWriter& out, const InsightsDescription& insights) {
  out.StartObject();
  WriteInsightsMembers(out, insights);
  out.EndObject();
}

void WriteInsights(JsonWriter& out, const InsightsDescription& insights) {
  out.StartObject();
  WriteInsightsMembers(out, insights);
  if (insights.was_configured) WriteSeconds(out, "LastUpdateDateTime", insights.changed);
  if (!insights.rules.empty()) {
    WriteKey(out, "ContributorInsightsRuleList");
    Write(out, insights.rules);
  }
  out.EndObject();
}

void WriteSummaries(JsonWriter& out, const std::vector<InsightsDescription>& summaries) {
  out.StartArray();
  for (const InsightsDescription& insights : summaries) WriteInsightsChange(out, insights);
  out.EndArray();
}
constexpr auto kListInsightsReply = ReplyOf<ListInsightsResponse>(
    Shown<&ListInsightsResponse::summaries, WriteSummaries>("ContributorInsightsSummaries"),
    Shown<&ListInsightsResponse::next_token>("NextToken"));

// Kinesis destinations.

constexpr Shape kStreamArn{.min = 37, .max = 1024};
constexpr auto kPrecisions = std::to_array<std::string_view>({"MILLISECOND", "MICROSECOND"});
constexpr Shape kPrecision{.allowed = kPrecisions};
constexpr auto kPrecisionMembers =
    Members<KinesisRequest>(Optional<&KinesisRequest::precision>("ApproximateCreationDateTimePrecision", kPrecision));
constexpr auto kEnableConfiguration = Structure(kPrecisionMembers, "EnableKinesisStreamingConfiguration");
constexpr auto kUpdateConfiguration = Structure(kPrecisionMembers, "UpdateKinesisStreamingConfiguration");

bool ReadConfiguration(const Json& value, const Shape& shape, KinesisRequest& request) {
  request.has_configuration = true;
  return ReadInto(value, shape, request);
}

constexpr auto kEnableKinesisRequest =
    Members<KinesisRequest>(RequiredFirst<&KinesisRequest::table_name>("TableName", kTableNameOrArn),
                            Required<&KinesisRequest::stream_arn>("StreamArn", kStreamArn),
                            Optional<ReadConfiguration>("EnableKinesisStreamingConfiguration", kEnableConfiguration));
constexpr auto kUpdateKinesisRequest =
    Members<KinesisRequest>(RequiredFirst<&KinesisRequest::table_name>("TableName", kTableNameOrArn),
                            Required<&KinesisRequest::stream_arn>("StreamArn", kStreamArn),
                            Optional<ReadConfiguration>("UpdateKinesisStreamingConfiguration", kUpdateConfiguration));

void WriteConfiguration(JsonWriter& out, const std::string& precision) {
  out.StartObject();
  WriteTextMember(out, "ApproximateCreationDateTimePrecision", precision);
  out.EndObject();
}
constexpr auto kEnableKinesisReply = ReplyOf<KinesisChange>(
    Shown<&KinesisChange::table_name>("TableName"), Shown<&KinesisChange::stream_arn>("StreamArn"),
    Shown<&KinesisChange::status>("DestinationStatus"),
    Shown<&KinesisChange::precision, WriteConfiguration>("EnableKinesisStreamingConfiguration"));
constexpr auto kUpdateKinesisReply = ReplyOf<KinesisChange>(
    Shown<&KinesisChange::table_name>("TableName"), Shown<&KinesisChange::stream_arn>("StreamArn"),
    Shown<&KinesisChange::status>("DestinationStatus"),
    Shown<&KinesisChange::precision, WriteConfiguration>("UpdateKinesisStreamingConfiguration"));

std::string_view DestinationStatus(const KinesisDestination& destination) {
  return destination.active ? "ACTIVE" : "DISABLED";
}
std::optional<std::string_view> Precision(const KinesisDestination& destination) {
  if (destination.precision.empty()) return std::nullopt;
  return destination.precision;
}
constexpr auto kDestinationReply = ReplyOf<KinesisDestination>(
    Shown<&KinesisDestination::stream_arn>("StreamArn"), Shown<DestinationStatus>("DestinationStatus"),
    Shown<Precision>("ApproximateCreationDateTimePrecision"));
constexpr auto kDescribeKinesisReply = ReplyOf<KinesisDestinations>(
    Shown<&KinesisDestinations::table_name>("TableName"),
    Shown<&KinesisDestinations::destinations, WriteEach<kDestinationReply>>("KinesisDataStreamDestinations"));

// What the service reports about itself.

struct NoMembers {};
constexpr auto kEmptyRequest = Members<NoMembers>();

// Source: Developer Guide, "Quotas in Amazon DynamoDB": defaults of most regions.
struct AccountLimits {
  std::int64_t account_units = 80000;
  std::int64_t table_units = 40000;
};
Result<AccountLimits> DescribeLimits(const CallContext&, const NoMembers&) {
  return AccountLimits();
}
constexpr auto kLimitsReply =
    ReplyOf<AccountLimits>(Shown<&AccountLimits::account_units>("AccountMaxReadCapacityUnits"),
                           Shown<&AccountLimits::account_units>("AccountMaxWriteCapacityUnits"),
                           Shown<&AccountLimits::table_units>("TableMaxReadCapacityUnits"),
                           Shown<&AccountLimits::table_units>("TableMaxWriteCapacityUnits"));

// The endpoint to use is the one that was asked.
struct Endpoint {
  std::string address;
  std::int64_t cache_minutes = 1440;
};
Result<std::vector<Endpoint>> DescribeEndpoints(const CallContext& context, const NoMembers&) {
  const std::string& region = context.database.identity().region;
  return std::vector<Endpoint>{
      {context.host.empty() ? "dynamodb." + region + ".amazonaws.com" : std::string(context.host)}};
}
constexpr auto kEndpointReply =
    ReplyOf<Endpoint>(Shown<&Endpoint::address>("Address"), Shown<&Endpoint::cache_minutes>("CachePeriodInMinutes"));
constexpr auto kEndpointsReply =
    ReplyOf<std::vector<Endpoint>>(Shown<std::identity{}, WriteEach<kEndpointReply>>("Endpoints"));

constexpr auto kOperations = std::to_array<Operation>({
    MakeOperation<kUpdateTtlRequest, UpdateTimeToLive, kUpdateTtlReply>({.name = "UpdateTimeToLive"}),
    MakeOperation<kTableNameRequest, DescribeTimeToLive, kDescribeTtlReply>({.name = "DescribeTimeToLive"}),
    MakeOperation<kTableNameRequest, DescribeContinuousBackups, kBackupsReply>({.name = "DescribeContinuousBackups"}),
    MakeOperation<kUpdateBackupsRequest, UpdateContinuousBackups, kBackupsReply>({.name = "UpdateContinuousBackups"}),
    MakeOperation<kPutPolicyRequest, PutResourcePolicy, kRevisionReply>({.name = "PutResourcePolicy"}),
    MakeOperation<kGetPolicyRequest, GetResourcePolicy, kPolicyReply>({.name = "GetResourcePolicy"}),
    MakeOperation<kDeletePolicyRequest, DeleteResourcePolicy, kRevisionReply>({.name = "DeleteResourcePolicy"}),
    MakeOperation<kUpdateInsightsRequest, UpdateContributorInsights, WriteInsightsChange>(
        {.name = "UpdateContributorInsights"}),
    MakeOperation<kDescribeInsightsRequest, DescribeContributorInsights, WriteInsights>(
        {.name = "DescribeContributorInsights"}),
    MakeOperation<kListInsightsRequest, ListContributorInsights, kListInsightsReply>(
        {.name = "ListContributorInsights"}),
    MakeOperation<kEnableKinesisRequest, EnableKinesisStreamingDestination, kEnableKinesisReply>(
        {.name = "EnableKinesisStreamingDestination"}),
    MakeOperation<kEnableKinesisRequest, DisableKinesisStreamingDestination, kEnableKinesisReply>(
        {.name = "DisableKinesisStreamingDestination"}),
    MakeOperation<kUpdateKinesisRequest, UpdateKinesisStreamingDestination, kUpdateKinesisReply>(
        {.name = "UpdateKinesisStreamingDestination"}),
    MakeOperation<kTableNameRequest, DescribeKinesisStreamingDestination, kDescribeKinesisReply>(
        {.name = "DescribeKinesisStreamingDestination"}),
    MakeOperation<kEmptyRequest, DescribeLimits, kLimitsReply>({.name = "DescribeLimits"}),
    MakeOperation<kEmptyRequest, DescribeEndpoints, kEndpointsReply>({.name = "DescribeEndpoints"}),
});

}  // namespace

std::span<const Operation> SettingOperations() {
  return kOperations;
}

}  // namespace dynarock
