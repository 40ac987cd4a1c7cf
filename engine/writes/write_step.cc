#include "engine/writes/write_step.h"

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/database/insertion_order.h"
#include "engine/writes/expiry_rows.h"
#include "engine/writes/index_rows.h"
#include "engine/writes/turn.h"

namespace dynarock {
namespace {

ApiError ConditionFailed(const ItemWrite& write, std::string old_item) {
  ApiError error{ErrorCode::kConditionalCheckFailed, "The conditional request failed", {}};
  if (write.return_old_on_failure && !old_item.empty()) error.item = std::move(old_item);
  return error;
}

std::int64_t SizeOf(ItemView item) {
  return item.empty() ? 0 : static_cast<std::int64_t>(item.billed_size());
}

// Finds or gives the item's place, and keeps it as long as the item.
Result<void> PlaceRow(Database& database, const Table& table, RowChange& row, WriteBatch& batch) {
  if (row.old_item.empty()) {
    row.place = database.NextPlace();
    batch.Put(PlaceKey(row.row_key), PlaceBytes(*row.place));
    return {};
  }
  TRY(row.place, FindPlace(database.store(), table, row.row_key));
  if (row.new_item.empty()) batch.Delete(PlaceKey(row.row_key));
  return {};
}

}  // namespace

Result<WriteOutcome> Stage(Database& database, const ItemWrite& write, StagedWrites& staged) {
  WriteOutcome outcome;
  TRY(const bool found, database.store().Get(write.row_key, outcome.old_item));
  if (!found) outcome.old_item.clear();
  const ItemView old_item(outcome.old_item);
  if (write.condition && !Evaluate(*write.condition, old_item)) {
    return ConditionFailed(write, std::move(outcome.old_item));
  }
  TRY(const ItemView new_item, write.change(old_item));
  outcome.units.table = WriteUnits(static_cast<std::size_t>(std::max(SizeOf(old_item), SizeOf(new_item))));
  if (old_item.bytes() == new_item.bytes()) return outcome;
  outcome.new_size = static_cast<std::size_t>(SizeOf(new_item));
  if (new_item.empty()) {
    staged.batch().Delete(write.row_key);
  } else {
    staged.batch().Put(write.row_key, new_item.bytes());
  }
  const Table& newest = write.table.Newest();
  std::vector<CounterDelta>& counters = staged.CountersOf(newest);
  const CounterDelta delta{0, std::int64_t{!new_item.empty()} - std::int64_t{!old_item.empty()},
                           SizeOf(new_item) - SizeOf(old_item)};
  if (delta.items != 0 || delta.bytes != 0) counters.push_back(delta);
  RowChange row{write.row_key, old_item, new_item};
  if (newest.definition().in_local_order) TRY_VOID(PlaceRow(database, newest, row, staged.batch()));
  WriteIndexes(newest, row, staged.batch(), counters, outcome.units);
  WriteExpiry(newest, row, staged.batch());
  staged.changes().Add(newest.id(), write.row_key, {old_item, new_item, write.origin});
  return outcome;
}

Result<TableGates> EnterTables(std::vector<const Table*> tables) {
  std::sort(tables.begin(), tables.end(), [](const Table* a, const Table* b) { return a->id() < b->id(); });
  // Two may be versions of one table.
  const auto is_same = [](const Table* a, const Table* b) { return a->id() == b->id(); };
  tables.erase(std::unique(tables.begin(), tables.end(), is_same), tables.end());
  TableGates gates;
  for (const Table* table : tables) {
    gates.emplace_back(table->gate());
    if (table->deleted()) return errors::TableNotFound();
  }
  return gates;
}

Result<WriteOutcome> Write(const CallContext& context, const ItemWrite& write) {
  Database& database = context.database;
  if (context.turn) return context.turn->Add(database, write);
  const std::shared_lock gate(write.table.gate());
  if (write.table.deleted()) {
    return errors::TableNotFound();
  }
  const KeyLocks::Guard lock = database.locks().Lock(write.row_key);
  StagedWrites staged(database);
  TRY(WriteOutcome outcome, Stage(database, write, staged));
  TRY_VOID(staged.Commit(context.commits));
  return outcome;
}

}  // namespace dynarock
