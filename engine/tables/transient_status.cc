#include "engine/tables/transient_status.h"

#include <algorithm>

#include "engine/base/log.h"
#include "engine/streams/stream_settings.h"
#include "engine/tables/index_changes.h"
#include "engine/writes/backfill.h"

namespace dynarock {
namespace {

constexpr std::chrono::milliseconds kLook(100);    // between two looks at the clock, which a test may move
constexpr std::chrono::milliseconds kRetry(1000);  // behind an error of the store

Result<void> Settle(Database& database, const TablePtr& table) {
  if (table->definition().status == TableStatus::kDeleting) return RemoveWithStream(database, table);
  const auto change = [](const Table&, TableDefinition& definition, WriteBatch&) -> Result<void> {
    definition.status = TableStatus::kActive;
    EraseDeletedIndexes(definition);
    for (IndexDefinition& index : definition.indexes) {
      if (index.status == IndexStatus::kUpdating) index.status = IndexStatus::kActive;
    }
    return {};
  };
  TRY(const TablePtr settled, database.catalog().Update(table, change, Catalog::Accepts::kAny));
  return StartBackfills(database, settled);
}

}  // namespace

bool ChangesTakeTime(const Database& database) {
  return database.timing().transient_statuses.count() > 0;
}

void BeginStatus(const Database& database, TableStatus status, TableDefinition& definition) {
  definition.status = status;
  definition.settles = {database.clock().Now().value + database.timing().transient_statuses.count()};
}

void SettleLater(Database& database, const TablePtr& table) {
  if (table->definition().status == TableStatus::kActive) return;
  database.RunInBackground([&database, table]() -> std::optional<std::chrono::milliseconds> {
    const std::chrono::milliseconds left(table->definition().settles.value - database.clock().Now().value);
    if (left.count() > 0) return std::min(left, kLook);
    const Result<void> settled = Settle(database, table);
    // A table that is gone needs no end.
    if (settled || settled.error().code == ErrorCode::kResourceNotFound) return std::nullopt;
    Log(LogLevel::kError, "the status of a table stays",
        {{"table", table->name()}, {"error", settled.error().message}});
    return kRetry;
  });
}

void ResumeTransientStatuses(Database& database) {
  for (const TablePtr& table : database.catalog().All()) SettleLater(database, table);
}

}  // namespace dynarock
