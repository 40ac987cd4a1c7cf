#include "protocol/codec/settings.h"

#include "engine/settings/continuous_backups.h"
#include "engine/settings/contributor_insights.h"
#include "engine/settings/kinesis_destinations.h"
#include "engine/settings/resource_policies.h"
#include "engine/settings/time_to_live.h"
#include "protocol/codec/fields.h"
#include "protocol/codec/resource_policy.h"

namespace dynarock {
namespace {

constexpr std::array<Field, 1> kTableNameFields = {{{"TableName", &kTableNameShape, Presence::kRequiredFirst}}};

std::string_view DecodeTableName(const Json& body) {
  return TableNameField(body);
}

// Time to live.

constexpr Shape kTtlAttributeShape{.min = 1, .max = 255};
constexpr std::array<Field, 2> kTtlFields = {
    {{"AttributeName", &kTtlAttributeShape, Presence::kRequired}, {"Enabled", &kBooleanShape, Presence::kRequired}}};
constexpr Shape kTtlShape{.kind = ShapeKind::kStructure, .fields = kTtlFields, .java_name = "TimeToLiveSpecification"};
constexpr std::array<Field, 2> kUpdateTtlFields = {{{"TableName", &kTableNameShape, Presence::kRequiredFirst},
                                                    {"TimeToLiveSpecification", &kTtlShape, Presence::kRequired}}};

TimeToLiveChange DecodeUpdateTtl(const Json& body) {
  const Json& specification = *FindField(body, "TimeToLiveSpecification");
  return {TableNameField(body), *BooleanField(specification, "Enabled"), *TextField(specification, "AttributeName")};
}

void EncodeTtlChange(const TimeToLiveChange& change, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "TimeToLiveSpecification");
  out.StartObject();
  WriteKey(out, "Enabled");
  out.Bool(change.enabled);
  WriteTextMember(out, "AttributeName", change.attribute);
  out.EndObject();
  out.EndObject();
}

void EncodeTtl(const TimeToLive& ttl, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "TimeToLiveDescription");
  out.StartObject();
  WriteTextMember(out, "TimeToLiveStatus", ttl.enabled ? "ENABLED" : "DISABLED");
  if (ttl.enabled) WriteTextMember(out, "AttributeName", ttl.attribute);
  out.EndObject();
  out.EndObject();
}

// Continuous backups.

constexpr Shape kDaysShape{.kind = ShapeKind::kInteger, .min = 1, .max = 35};
constexpr std::array<Field, 2> kRecoveryFields = {
    {{"PointInTimeRecoveryEnabled", &kBooleanShape, Presence::kRequired}, {"RecoveryPeriodInDays", &kDaysShape}}};
constexpr Shape kRecoveryShape{
    .kind = ShapeKind::kStructure, .fields = kRecoveryFields, .java_name = "PointInTimeRecoverySpecification"};
constexpr std::array<Field, 2> kUpdateBackupsFields = {
    {{"TableName", &kTableNameShape, Presence::kRequiredFirst},
     {"PointInTimeRecoverySpecification", &kRecoveryShape, Presence::kRequired}}};

ContinuousBackupsRequest DecodeUpdateBackups(const Json& body) {
  const Json& recovery = *FindField(body, "PointInTimeRecoverySpecification");
  return {TableNameField(body), *BooleanField(recovery, "PointInTimeRecoveryEnabled"),
          IntegerField(recovery, "RecoveryPeriodInDays")};
}

void EncodeBackups(const ContinuousBackups& backups, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "ContinuousBackupsDescription");
  out.StartObject();
  WriteTextMember(out, "ContinuousBackupsStatus", "ENABLED");
  WriteKey(out, "PointInTimeRecoveryDescription");
  out.StartObject();
  WriteTextMember(out, "PointInTimeRecoveryStatus", backups.recovery_enabled ? "ENABLED" : "DISABLED");
  if (backups.recovery_enabled) {
    WriteInteger(out, "RecoveryPeriodInDays", backups.days);
    WriteSeconds(out, "EarliestRestorableDateTime", backups.earliest);
    WriteSeconds(out, "LatestRestorableDateTime", backups.latest);
  }
  out.EndObject();
  out.EndObject();
  out.EndObject();
}

// Resource policies.

constexpr Shape kResourceArnShape{.min = 1, .max = 1283};
constexpr Shape kRevisionShape{.min = 1, .max = 255};
constexpr std::array<Field, 4> kPutPolicyFields = {{{"ResourceArn", &kResourceArnShape, Presence::kRequired},
                                                    {"Policy", &kStringShape, Presence::kRequired},
                                                    {"ExpectedRevisionId", &kRevisionShape},
                                                    {"ConfirmRemoveSelfResourceAccess", &kBooleanShape}}};
constexpr std::array<Field, 1> kGetPolicyFields = {{{"ResourceArn", &kResourceArnShape, Presence::kRequired}}};
constexpr std::array<Field, 2> kDeletePolicyFields = {
    {{"ResourceArn", &kResourceArnShape, Presence::kRequired}, {"ExpectedRevisionId", &kRevisionShape}}};

PutPolicyRequest DecodePutPolicy(const Json& body) {
  return {*TextField(body, "ResourceArn"), ReadPolicy(*TextField(body, "Policy")),
          TextField(body, "ExpectedRevisionId")};
}

std::string_view DecodeResourceArn(const Json& body) {
  return *TextField(body, "ResourceArn");
}

DeletePolicyRequest DecodeDeletePolicy(const Json& body) {
  return {*TextField(body, "ResourceArn"), TextField(body, "ExpectedRevisionId")};
}

void EncodeRevision(const PolicyRevision& revision, JsonWriter& out) {
  out.StartObject();
  if (revision.id) WriteTextMember(out, "RevisionId", *revision.id);
  out.EndObject();
}

void EncodePolicy(const ResourcePolicy& policy, JsonWriter& out) {
  out.StartObject();
  WriteTextMember(out, "Policy", policy.document);
  WriteTextMember(out, "RevisionId", policy.revision_id);
  out.EndObject();
}

// Contributor insights.

constexpr std::array<std::string_view, 2> kInsightsActionNames = {"ENABLE", "DISABLE"};
constexpr Shape kInsightsActionShape{.allowed = kInsightsActionNames};
constexpr std::array<std::string_view, 2> kInsightsModeNames = {"THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS"};
constexpr Shape kInsightsModeShape{.allowed = kInsightsModeNames};
constexpr std::array<Field, 4> kUpdateInsightsFields = {
    {{"TableName", &kTableNameShape, Presence::kRequiredFirst},
     {"IndexName", &kStringShape},
     {"ContributorInsightsAction", &kInsightsActionShape, Presence::kRequired},
     {"ContributorInsightsMode", &kInsightsModeShape}}};
constexpr std::array<Field, 2> kDescribeInsightsFields = {
    {{"TableName", &kTableNameShape, Presence::kRequiredFirst}, {"IndexName", &kStringShape}}};
constexpr Shape kMaxResultsShape{.kind = ShapeKind::kInteger, .max = 100};
constexpr std::array<Field, 3> kListInsightsFields = {
    {{"TableName", &kTableNameShape}, {"NextToken", &kStringShape}, {"MaxResults", &kMaxResultsShape}}};

InsightsTarget DecodeInsightsTarget(const Json& body) {
  return {TableNameField(body), TextField(body, "IndexName")};
}

InsightsChange DecodeUpdateInsights(const Json& body) {
  return {DecodeInsightsTarget(body), TextField(body, "ContributorInsightsAction") == kInsightsActionNames[0],
          TextField(body, "ContributorInsightsMode") == kInsightsModeNames[0]};
}

ListInsightsRequest DecodeListInsights(const Json& body) {
  return {TextField(body, "TableName"), TextField(body, "NextToken"), IntegerField(body, "MaxResults")};
}

std::string_view StatusText(InsightsStatus status) {
  switch (status) {
    case InsightsStatus::kEnabling:
      return "ENABLING";
    case InsightsStatus::kEnabled:
      return "ENABLED";
    case InsightsStatus::kDisabling:
      return "DISABLING";
    case InsightsStatus::kDisabled:
      return "DISABLED";
  }
  return "";
}

void WriteInsightsMembers(JsonWriter& out, const InsightsDescription& insights) {
  WriteTextMember(out, "TableName", insights.table_name);
  if (!insights.index_name.empty()) WriteTextMember(out, "IndexName", insights.index_name);
  WriteTextMember(out, "ContributorInsightsStatus", StatusText(insights.status));
  if (!insights.was_configured) return;
  WriteTextMember(out, "ContributorInsightsMode", kInsightsModeNames[insights.throttled_keys_only ? 0 : 1]);
}

void EncodeInsightsChange(const InsightsDescription& insights, JsonWriter& out) {
  out.StartObject();
  WriteInsightsMembers(out, insights);
  out.EndObject();
}

void EncodeInsights(const InsightsDescription& insights, JsonWriter& out) {
  out.StartObject();
  WriteInsightsMembers(out, insights);
  if (insights.was_configured) WriteSeconds(out, "LastUpdateDateTime", insights.changed);
  if (!insights.rules.empty()) {
    WriteKey(out, "ContributorInsightsRuleList");
    out.StartArray();
    for (const std::string& rule : insights.rules) WriteText(out, rule);
    out.EndArray();
  }
  out.EndObject();
}

void EncodeListInsights(const ListInsightsResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "ContributorInsightsSummaries");
  out.StartArray();
  for (const InsightsDescription& insights : response.summaries) EncodeInsightsChange(insights, out);
  out.EndArray();
  if (response.next_token) WriteTextMember(out, "NextToken", *response.next_token);
  out.EndObject();
}

// Kinesis destinations.

constexpr Shape kStreamArnShape{.min = 37, .max = 1024};
constexpr std::array<std::string_view, 2> kPrecisionNames = {"MILLISECOND", "MICROSECOND"};
constexpr Shape kPrecisionShape{.allowed = kPrecisionNames};
constexpr std::array<Field, 1> kConfigurationFields = {{{"ApproximateCreationDateTimePrecision", &kPrecisionShape}}};
constexpr Shape kEnableConfigurationShape{
    .kind = ShapeKind::kStructure, .fields = kConfigurationFields, .java_name = "EnableKinesisStreamingConfiguration"};
constexpr Shape kUpdateConfigurationShape{
    .kind = ShapeKind::kStructure, .fields = kConfigurationFields, .java_name = "UpdateKinesisStreamingConfiguration"};
constexpr std::string_view kEnableConfiguration = "EnableKinesisStreamingConfiguration";
constexpr std::string_view kUpdateConfiguration = "UpdateKinesisStreamingConfiguration";
constexpr std::array<Field, 3> kKinesisFields = {{{"TableName", &kTableNameShape, Presence::kRequiredFirst},
                                                  {"StreamArn", &kStreamArnShape, Presence::kRequired},
                                                  {kEnableConfiguration, &kEnableConfigurationShape}}};
constexpr std::array<Field, 3> kUpdateKinesisFields = {{{"TableName", &kTableNameShape, Presence::kRequiredFirst},
                                                        {"StreamArn", &kStreamArnShape, Presence::kRequired},
                                                        {kUpdateConfiguration, &kUpdateConfigurationShape}}};

template <const std::string_view& kConfiguration>
KinesisRequest DecodeKinesis(const Json& body) {
  KinesisRequest request{TableNameField(body), *TextField(body, "StreamArn"), false, std::nullopt};
  if (const Json* configuration = FindField(body, kConfiguration)) {
    request.has_configuration = true;
    request.precision = TextField(*configuration, "ApproximateCreationDateTimePrecision");
  }
  return request;
}

template <const std::string_view& kConfiguration>
void EncodeKinesisChange(const KinesisChange& change, JsonWriter& out) {
  out.StartObject();
  WriteTextMember(out, "TableName", change.table_name);
  WriteTextMember(out, "StreamArn", change.stream_arn);
  WriteTextMember(out, "DestinationStatus", change.status);
  if (change.precision) {
    WriteKey(out, kConfiguration);
    out.StartObject();
    WriteTextMember(out, "ApproximateCreationDateTimePrecision", *change.precision);
    out.EndObject();
  }
  out.EndObject();
}

void EncodeKinesisDestinations(const KinesisDestinations& response, JsonWriter& out) {
  out.StartObject();
  WriteTextMember(out, "TableName", response.table_name);
  WriteKey(out, "KinesisDataStreamDestinations");
  out.StartArray();
  for (const KinesisDestination& destination : response.destinations) {
    out.StartObject();
    WriteTextMember(out, "StreamArn", destination.stream_arn);
    WriteTextMember(out, "DestinationStatus", destination.active ? "ACTIVE" : "DISABLED");
    if (!destination.precision.empty()) {
      WriteTextMember(out, "ApproximateCreationDateTimePrecision", destination.precision);
    }
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
}

// What the service tells of itself.

Result<void> DescribeLimits(const CallContext&, const Json&, JsonWriter& out) {
  // Source: Developer Guide, "Quotas in Amazon DynamoDB": defaults of most regions.
  out.StartObject();
  WriteInteger(out, "AccountMaxReadCapacityUnits", 80000);
  WriteInteger(out, "AccountMaxWriteCapacityUnits", 80000);
  WriteInteger(out, "TableMaxReadCapacityUnits", 40000);
  WriteInteger(out, "TableMaxWriteCapacityUnits", 40000);
  out.EndObject();
  return {};
}

// The endpoint to use is the one that was asked.
Result<void> DescribeEndpoints(const CallContext& context, const Json&, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "Endpoints");
  out.StartArray();
  out.StartObject();
  WriteTextMember(out, "Address",
                  context.host.empty() ? "dynamodb." + context.database.identity().region + ".amazonaws.com"
                                       : std::string(context.host));
  WriteInteger(out, "CachePeriodInMinutes", 1440);
  out.EndObject();
  out.EndArray();
  out.EndObject();
  return {};
}

constexpr std::array<Operation, 16> kOperations = {{
    {"UpdateTimeToLive", Structure(kUpdateTtlFields), Handle<DecodeUpdateTtl, UpdateTimeToLive, EncodeTtlChange>},
    {"DescribeTimeToLive", Structure(kTableNameFields), Handle<DecodeTableName, DescribeTimeToLive, EncodeTtl>},
    {"DescribeContinuousBackups", Structure(kTableNameFields),
     Handle<DecodeTableName, DescribeContinuousBackups, EncodeBackups>},
    {"UpdateContinuousBackups", Structure(kUpdateBackupsFields),
     Handle<DecodeUpdateBackups, UpdateContinuousBackups, EncodeBackups>},
    {"PutResourcePolicy", Structure(kPutPolicyFields), Handle<DecodePutPolicy, PutResourcePolicy, EncodeRevision>},
    {"GetResourcePolicy", Structure(kGetPolicyFields), Handle<DecodeResourceArn, GetResourcePolicy, EncodePolicy>},
    {"DeleteResourcePolicy", Structure(kDeletePolicyFields),
     Handle<DecodeDeletePolicy, DeleteResourcePolicy, EncodeRevision>},
    {"UpdateContributorInsights", Structure(kUpdateInsightsFields),
     Handle<DecodeUpdateInsights, UpdateContributorInsights, EncodeInsightsChange>},
    {"DescribeContributorInsights", Structure(kDescribeInsightsFields),
     Handle<DecodeInsightsTarget, DescribeContributorInsights, EncodeInsights>},
    {"ListContributorInsights", Structure(kListInsightsFields),
     Handle<DecodeListInsights, ListContributorInsights, EncodeListInsights>},
    {"EnableKinesisStreamingDestination", Structure(kKinesisFields),
     Handle<DecodeKinesis<kEnableConfiguration>, EnableKinesisStreamingDestination,
            EncodeKinesisChange<kEnableConfiguration>>},
    {"DisableKinesisStreamingDestination", Structure(kKinesisFields),
     Handle<DecodeKinesis<kEnableConfiguration>, DisableKinesisStreamingDestination,
            EncodeKinesisChange<kEnableConfiguration>>},
    {"UpdateKinesisStreamingDestination", Structure(kUpdateKinesisFields),
     Handle<DecodeKinesis<kUpdateConfiguration>, UpdateKinesisStreamingDestination,
            EncodeKinesisChange<kUpdateConfiguration>>},
    {"DescribeKinesisStreamingDestination", Structure(kTableNameFields),
     Handle<DecodeTableName, DescribeKinesisStreamingDestination, EncodeKinesisDestinations>},
    {"DescribeLimits", Structure({}), DescribeLimits},
    {"DescribeEndpoints", Structure({}), DescribeEndpoints},
}};

}  // namespace

std::span<const Operation> SettingOperations() {
  return kOperations;
}

}  // namespace dynarock
