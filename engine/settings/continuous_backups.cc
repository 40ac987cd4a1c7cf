#include "engine/settings/continuous_backups.h"

#include <algorithm>

namespace dynarock {
namespace {

constexpr std::int64_t kDefaultDays = 35;
constexpr std::int64_t kDay = 86400000;        // milliseconds
constexpr std::int64_t kRecoveryLag = 300000;  // milliseconds from a write to its recoverability

Result<TablePtr> FindForBackups(Database& database, std::string_view name_or_arn) {
  const std::string name(TableNameOf(name_or_arn));
  auto table = database.catalog().FindAny(name);
  if (table) return table;
  return ApiError{ErrorCode::kTableNotFound, "Table not found: " + name, {}};
}

ContinuousBackups Describe(const Database& database, const PointInTimeRecovery& recovery) {
  const std::int64_t now = database.clock().Now().value, since = recovery.since.value;
  return {recovery.enabled,
          recovery.days,
          {std::max(since, now - recovery.days * kDay)},
          {std::max(since, now - kRecoveryLag)}};
}

}  // namespace

Result<ContinuousBackups> DescribeContinuousBackups(const CallContext& context, std::string_view table_name) {
  TRY(const TablePtr table, FindForBackups(context.database, table_name));
  return Describe(context.database, table->definition().recovery);
}

Result<ContinuousBackups> UpdateContinuousBackups(const CallContext& context, const ContinuousBackupsRequest& request) {
  if (!request.enabled && request.days) {
    return ValidationError(
        "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.");
  }
  TRY(const TablePtr table, FindForBackups(context.database, request.table_name));
  const auto change = [&](const Table&, TableDefinition& definition, WriteBatch&) -> Result<void> {
    PointInTimeRecovery& recovery = definition.recovery;
    const bool stays = recovery.enabled && request.enabled;
    recovery = {request.enabled, request.days.value_or(stays ? recovery.days : kDefaultDays),
                stays ? recovery.since : context.database.clock().Now()};
    return {};
  };
  TRY(const TablePtr updated, context.database.catalog().Update(table, change));
  return Describe(context.database, updated->definition().recovery);
}

}  // namespace dynarock
