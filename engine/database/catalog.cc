#include "engine/database/catalog.h"

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/base/log.h"
#include "engine/database/dropped_rows.h"
#include "engine/storage/counters.h"

namespace dynarock {
namespace {

Result<std::vector<CounterDelta>> ReadCounters(const Store& store, TableId table) {
  std::string bytes;
  TRY(const bool found, store.Get(CountersKey(table), bytes));
  return found ? DecodeCounters(bytes) : std::vector<CounterDelta>{};
}

void DeleteExpiries(const Table& table, DroppedRows& dropped, WriteBatch& batch) {
  dropped.Add(ExpiryPrefix(table.id()), table.counts(IndexId{}).items, 0, batch);
  batch.Delete(BackfillKey(table.id(), IndexId{}));
}

// What belongs to an index: rows, counters, and how far it is filled.
void DeleteIndex(const Table& table, IndexId index, DroppedRows& dropped, WriteBatch& batch) {
  const Counts& counts = table.counts(index);
  dropped.Add(RowPrefix(table.id(), index), table.counts(IndexId{}).items, counts.bytes, batch);
  batch.AddCounters(CountersKey(table.id()), {{index.value, -counts.items.load(), -counts.bytes.load()}});
  batch.Delete(BackfillKey(table.id(), index));
}

// The rows that `next` has no use for any more.
void DeleteLeftovers(const Table& newest, const TableDefinition& next, DroppedRows& dropped, WriteBatch& batch) {
  for (const IndexDefinition& index : newest.indexes()) {
    const auto is_same = [&](const IndexDefinition& other) { return other.id == index.id; };
    if (std::none_of(next.indexes.begin(), next.indexes.end(), is_same)) DeleteIndex(newest, index.id, dropped, batch);
  }
  if (newest.definition().ttl.enabled && !next.ttl.enabled) DeleteExpiries(newest, dropped, batch);
}

void DeleteTable(const Table& table, DroppedRows& dropped, WriteBatch& batch) {
  std::int64_t bytes = table.counts(IndexId{}).bytes;
  for (const IndexDefinition& index : table.indexes()) {
    batch.Delete(BackfillKey(table.id(), index.id));
    bytes += table.counts(index.id).bytes;
  }
  DeleteExpiries(table, dropped, batch);
  dropped.Add(TablePrefix(table.id()), table.counts(IndexId{}).items, bytes, batch);
}

// A mark is the key of a row of the table, or stands behind all of them.
bool IsBackfillMark(const Table& table, std::string_view mark) {
  return mark == kAllFilled || mark.starts_with(RowPrefix(table.id(), IndexId{}));
}

Result<void> ReadProgress(const Store& store, const Table& table) {
  std::vector<IndexId> unfilled;
  if (table.definition().ttl.is_filling) unfilled.push_back({});
  for (const IndexDefinition& index : table.indexes()) {
    if (index.status == IndexStatus::kBackfilling) unfilled.push_back(index.id);
  }
  for (const IndexId index : unfilled) {
    std::string reached;
    TRY(const bool found, store.Get(BackfillKey(table.id(), index), reached));
    // What is no row of the table is no mark; without one the filling begins anew.
    if (found && IsBackfillMark(table, reached)) table.state().SetReached(index, std::move(reached));
  }
  return {};
}

}  // namespace

ApiError TableInUse(const TableDefinition& table) {
  const std::string what = table.status == TableStatus::kCreating   ? "created"
                           : table.status == TableStatus::kUpdating ? "updated"
                                                                    : "deleted";
  return errors::ResourceInUse("Table is being " + what + ": " + table.name);
}

Result<void> Catalog::Load() {
  const std::string begin = CatalogKey(scope_, "");
  Cursor cursor = store_.Walk(begin, PrefixEnd(begin));
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    const Result<void> loaded = LoadTable(cursor.key(), cursor.value());
    if (loaded) continue;
    Log(LogLevel::kError, "table is skipped",
        {{"table", cursor.key().substr(begin.size())}, {"error", loaded.error().message}});
  }
  return cursor.status();
}

Result<void> Catalog::LoadTable(std::string_view key, std::string_view record) {
  TRY(TableDefinition definition, DecodeTable(record));
  if (CatalogKey(scope_, definition.name) != key) return InternalError("the record is that of another table");
  TRY(const auto counters, ReadCounters(store_, definition.id));
  auto table = std::make_shared<const Table>(std::move(definition), counters);
  TRY_VOID(ReadProgress(store_, *table));
  tables_.emplace(table->name(), table);
  if (table->definition().ttl.enabled) first_expiry_.Come();
  return {};
}

bool Catalog::is_empty() const {
  const std::shared_lock lock(mutex_);
  return tables_.empty();
}

Result<TablePtr> Catalog::Find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = tables_.find(name);
  if (found == tables_.end() || !found->second->is_open()) return errors::TableNotFound();
  return found->second;
}

Result<TablePtr> Catalog::FindAny(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = tables_.find(name);
  if (found == tables_.end()) return errors::TableNotFound();
  return found->second;
}

Result<TablePtr> Catalog::Create(TableDefinition definition, const Companion& companion) {
  const std::lock_guard changing(changing_);
  if (const auto known = FindAny(definition.name)) {
    if ((*known)->definition().status == TableStatus::kDeleting) return TableInUse((*known)->definition());
    return WithFacts({ErrorCode::kResourceInUse, "Table already exists: " + definition.name, {}},
                     {.detail = ErrorDetail::kTableExists});
  }
  if (tables_.size() >= kMaxTables) {
    return errors::SubscriberLimitExceeded("Provisioned tables limit exceeded. Limit: " + std::to_string(kMaxTables));
  }
  WriteBatch batch;
  TRY(definition.id.value, ids_.Take());
  batch.Put(CatalogKey(scope_, definition.name), EncodeTable(definition));
  if (companion) TRY_VOID(companion(definition, batch));
  TRY_VOID(store_.Commit(std::move(batch), {.longest_wait = CommitOptions::kCallWait}));
  auto table = std::make_shared<const Table>(std::move(definition), std::vector<CounterDelta>{});
  const std::unique_lock lock(mutex_);
  tables_.emplace(table->name(), table);
  return TablePtr(table);
}

Result<TablePtr> Catalog::Update(const TablePtr& table, const TableChange& change, Accepts accepts,
                                 const CommitOptions& commit) {
  const std::lock_guard changing(changing_);
  const std::unique_lock gate(table->gate());
  if (table->deleted()) return errors::TableNotFound();
  const Table& newest = table->Newest();
  if (accepts == Accepts::kOpen && !newest.is_open()) return TableInUse(newest.definition());
  TableDefinition definition = newest.definition();
  WriteBatch batch;
  TRY_VOID(change(newest, definition, batch));
  DroppedRows dropped(store_);
  DeleteLeftovers(newest, definition, dropped, batch);
  batch.Put(CatalogKey(scope_, definition.name), EncodeTable(definition));
  TRY_VOID(store_.Commit(std::move(batch), commit));
  dropped.GiveBack(store_, background_);
  auto next = std::make_shared<const Table>(std::move(definition), newest);
  newest.state().SucceedBy(next);
  {
    const std::unique_lock lock(mutex_);
    tables_.find(next->name())->second = next;
  }
  if (next->definition().ttl.enabled) first_expiry_.Come();
  return TablePtr(next);
}

std::vector<TablePtr> Catalog::All() const {
  const std::shared_lock lock(mutex_);
  std::vector<TablePtr> tables;
  for (const auto& [name, table] : tables_) tables.push_back(table);
  return tables;
}

Result<void> Catalog::Remove(const TablePtr& table, const Companion& companion) {
  const std::lock_guard changing(changing_);
  const std::unique_lock gate(table->gate());
  if (table->deleted()) return errors::TableNotFound();
  WriteBatch batch;
  batch.Delete(CatalogKey(scope_, table->name()));
  batch.Delete(CountersKey(table->id()));
  const Table& newest = table->Newest();
  DroppedRows dropped(store_);
  DeleteTable(newest, dropped, batch);
  if (companion) TRY_VOID(companion(newest.definition(), batch));
  TRY_VOID(store_.Commit(std::move(batch), {.longest_wait = CommitOptions::kCallWait}));
  dropped.GiveBack(store_, background_);
  table->state().MarkDeleted();
  const std::unique_lock lock(mutex_);
  tables_.erase(table->name());
  return {};
}

std::vector<std::string> Catalog::List(std::string_view after, std::size_t limit, bool& more) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> names;
  auto table = after.empty() ? tables_.begin() : tables_.upper_bound(after);
  for (; table != tables_.end() && names.size() < limit; ++table) names.push_back(table->first);
  more = table != tables_.end();
  return names;
}

}  // namespace dynarock
