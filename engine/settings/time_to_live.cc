#include "engine/settings/time_to_live.h"

#include "engine/tables/tables.h"
#include "engine/writes/backfill.h"

namespace dynarock {
namespace {

ApiError OtherAttribute(const TimeToLive& ttl) {
  return ValidationError("TimeToLive is active on a different AttributeName: current AttributeName is " +
                         ttl.attribute);
}

Result<void> CheckChange(const TimeToLive& ttl, const TimeToLiveChange& request) {
  if (!ttl.enabled && !request.enabled) return ValidationError("TimeToLive is already disabled");
  if (ttl.enabled && ttl.attribute != request.attribute) return OtherAttribute(ttl);
  if (ttl.enabled && request.enabled) return ValidationError("TimeToLive is already enabled");
  return {};
}

Result<void> CheckPause(Database& database, const TimeToLive& ttl) {
  const std::chrono::milliseconds interval = database.timing().ttl_change_interval;
  const bool was_changed = ttl.changed.value != 0;
  if (!was_changed || database.clock().Now().value >= ttl.changed.value + interval.count()) return {};
  return ValidationError("Time to live has been modified multiple times within a fixed interval");
}

}  // namespace

Result<TimeToLiveChange> UpdateTimeToLive(const CallContext& context, const TimeToLiveChange& request) {
  TRY(const TablePtr table, FindForControl(context.database, request.table_name));
  const auto change = [&](const Table& newest, TableDefinition& definition, WriteBatch& batch) -> Result<void> {
    TimeToLive& ttl = definition.ttl;
    TRY_VOID(CheckChange(ttl, request));
    TRY_VOID(CheckPause(context.database, ttl));
    ttl = {request.enabled, std::string(request.attribute), context.database.clock().Now(), request.enabled};
    batch.Delete(BackfillKey(definition.id, IndexId{}));
    newest.state().SetReached(IndexId{}, "");
    return {};
  };
  TRY(const TablePtr updated, context.database.catalog().Update(table, change));
  TRY_VOID(StartBackfills(context.database, updated));
  return request;
}

Result<TimeToLive> DescribeTimeToLive(const CallContext& context, std::string_view table_name) {
  TRY(const TablePtr table, FindForControl(context.database, table_name));
  return table->definition().ttl;
}

}  // namespace dynarock
