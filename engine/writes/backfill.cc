#include "engine/writes/backfill.h"

#include <thread>

#include "engine/base/log.h"
#include "engine/database/insertion_order.h"
#include "engine/writes/expiry_rows.h"
#include "engine/writes/index_rows.h"

namespace dynarock {
namespace {

// A table that is filled while its UpdateTable waits, so that tests need not.
constexpr std::int64_t kSmallItems = 10000;
constexpr std::int64_t kSmallBytes = 16 << 20;

// Rows for which the table's gate is closed: under a millisecond.
constexpr int kRowsAtOnce = 128;

// Fills one index, or with index 0 the expiry rows, of one table.
class Filler {
 public:
  Filler(Database& database, TablePtr table, IndexId index, const CommitOptions& options = {})
      : database_(database), table_(std::move(table)), index_(index), options_(options) {}

  // Fills the next rows. Gives whether all is done.
  Result<bool> Step() {
    bool is_all = false;
    {
      const std::unique_lock gate(table_->gate());
      const Table& newest = table_->Newest();
      if (table_->deleted() || !IsWanted(newest.definition())) return true;
      TRY(is_all, FillRows(newest));
    }
    if (!is_all) return false;
    TRY_VOID(Finish());
    return true;
  }

 private:
  bool IsWanted(const TableDefinition& definition) const {
    if (index_ == IndexId{}) return definition.ttl.is_filling;
    return IndexOf(definition) != nullptr;
  }

  const IndexDefinition* IndexOf(const TableDefinition& definition) const {
    for (const IndexDefinition& index : definition.indexes) {
      if (index.id == index_ && index.status == IndexStatus::kBackfilling) return &index;
    }
    return nullptr;
  }

  // Requires: the gate is held alone. Gives whether these were the last rows.
  Result<bool> FillRows(const Table& newest) {
    const std::string prefix = RowPrefix(newest.id(), IndexId{});
    const std::string& reached = newest.state().reached(index_);
    Cursor cursor = database_.store().Walk(prefix, PrefixEnd(prefix));
    cursor.Seek(reached.empty() ? prefix : reached);
    if (cursor.Valid() && cursor.key() == reached) cursor.Next();
    WriteBatch batch;
    std::vector<CounterDelta> counters;
    std::string last(reached);
    for (int i = 0; i < kRowsAtOnce && cursor.Valid(); ++i, cursor.Next()) {
      last = cursor.key();
      RowChange row{last, ItemView(), ItemView(cursor.value())};
      TRY(row.place, FindPlace(database_.store(), newest, last));
      FillRow(newest, row, batch, counters);
    }
    TRY_VOID(cursor.status());
    const bool is_all = !cursor.Valid();
    if (is_all) last = kAllFilled;
    batch.Put(BackfillKey(newest.id(), index_), last);
    if (!counters.empty()) batch.AddCounters(CountersKey(newest.id()), counters);
    TRY_VOID(database_.store().Commit(std::move(batch), options_));
    newest.state().Count(counters);
    newest.state().SetReached(index_, std::move(last));
    return is_all;
  }

  void FillRow(const Table& newest, const RowChange& change, WriteBatch& batch,
               std::vector<CounterDelta>& counters) const {
    if (index_ == IndexId{}) {
      WriteExpiry(newest, change, batch);
      return;
    }
    UnitsByIndex units;  // a backfill is not billed as writes
    WriteIndex(newest, *IndexOf(newest.definition()), change, batch, counters, units);
  }

  Result<void> Finish() {
    const auto finished = database_.catalog().Update(
        table_,
        [this](const Table&, TableDefinition& definition, WriteBatch& batch) -> Result<void> {
          if (index_ == IndexId{}) definition.ttl.is_filling = false;
          for (IndexDefinition& index : definition.indexes) {
            if (index.id == index_) index.status = IndexStatus::kActive;
          }
          batch.Delete(BackfillKey(definition.id, index_));
          return {};
        },
        Catalog::Accepts::kOpen, options_);
    // A table that was deleted meanwhile needs no end.
    if (!finished && finished.error().code != ErrorCode::kResourceNotFound) return finished.error();
    return {};
  }

  Database& database_;
  TablePtr table_;
  const IndexId index_;
  const CommitOptions options_;
};

bool IsSmall(const Table& table) {
  const Counts& counts = table.counts(IndexId{});
  return counts.items <= kSmallItems && counts.bytes <= kSmallBytes;
}

// What `table` lacks: ids of indexes, 0 for its expiry rows.
std::vector<IndexId> Unfilled(const TableDefinition& definition) {
  std::vector<IndexId> unfilled;
  if (definition.ttl.is_filling) unfilled.push_back({});
  for (const IndexDefinition& index : definition.indexes) {
    if (index.status == IndexStatus::kBackfilling) unfilled.push_back(index.id);
  }
  return unfilled;
}

void FillInBackground(Database& database, const TablePtr& table, IndexId index) {
  const auto filler = std::make_shared<Filler>(database, table, index);
  database.RunInBackground([filler, table]() -> std::optional<std::chrono::milliseconds> {
    const auto begin = std::chrono::steady_clock::now();
    const Result<bool> is_done = filler->Step();
    if (!is_done) {
      Log(LogLevel::kError, "an index is filled no further",
          {{"table", table->name()}, {"error", is_done.error().message}});
      return std::nullopt;
    }
    if (*is_done) return std::nullopt;
    // Half of the time belongs to writers, if there are any.
    if (table->gate().TakeWasInTheWay()) {
      std::this_thread::sleep_for(std::chrono::steady_clock::now() - begin);
    }
    return std::chrono::milliseconds(0);
  });
}

}  // namespace

Result<void> StartBackfills(Database& database, const TablePtr& table) {
  for (const IndexId index : Unfilled(table->definition())) {
    if (!IsSmall(*table)) {
      FillInBackground(database, table, index);
      continue;
    }
    Filler filler(database, table, index, {.longest_wait = CommitOptions::kCallWait});
    for (bool is_done = false; !is_done;) {
      TRY(is_done, filler.Step());
    }
  }
  return {};
}

void ResumeBackfills(Database& database) {
  for (const TablePtr& table : database.catalog().All()) {
    for (const IndexId index : Unfilled(table->definition())) FillInBackground(database, table, index);
  }
}

}  // namespace dynarock
