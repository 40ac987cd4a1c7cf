#include "engine/ttl/expiry_sweeper.h"

#include "engine/base/log.h"
#include "engine/operations/expiry_rows.h"
#include "engine/operations/write_path.h"

namespace dynarock {
namespace {

constexpr std::uint64_t kForgotten = 157788000;  // seconds: five years
constexpr std::chrono::milliseconds kPause{500};
constexpr std::size_t kMostAtOnce = 256;  // items of a table between two looks at the others

// Seconds since 1970 within which an item that expires is deleted.
struct ExpiryWindow {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  // inclusive

  explicit ExpiryWindow(EpochMillis now) : end(static_cast<std::uint64_t>(now.value / 1000)) {
    begin = end > kForgotten ? end - kForgotten : 0;
  }
  bool Has(std::optional<std::uint64_t> expiry) const { return expiry && *expiry >= begin && *expiry <= end; }
};

std::vector<std::string> FindExpired(Database& database, const Table& table, const ExpiryWindow& window) {
  std::vector<std::string> row_keys;
  Cursor cursor = database.store().Walk(ExpiryKey(table.id(), window.begin, RowPrefix(table.id(), IndexId{})),
                                        ExpiryKey(table.id(), window.end + 1, RowPrefix(table.id(), IndexId{})));
  for (cursor.SeekToFirst(); cursor.Valid() && row_keys.size() < kMostAtOnce; cursor.Next()) {
    std::string row_key = RowOfExpiryKey(cursor.key());
    if (row_key.size() > RowPrefix(table.id(), IndexId{}).size()) row_keys.push_back(std::move(row_key));
  }
  return row_keys;
}

// The item is looked at again under its lock: only what has expired by then goes.
Result<bool> DeleteExpired(Database& database, const Table& table, const std::string& row_key,
                           const ExpiryWindow& window) {
  bool is_deleted = false;
  const ItemChange change = [&](ItemView item) -> Result<ItemView> {
    const TimeToLive& ttl = table.Newest().definition().ttl;
    is_deleted = ttl.enabled && window.Has(ExpiryOf(ttl, item));
    return is_deleted ? ItemView() : item;
  };
  const auto written = Write(database, {table, row_key, nullptr, false, change, WriteOrigin::kTimeToLive});
  if (written) return is_deleted;
  if (written.error().code == ErrorCode::kResourceNotFound) return false;
  return written.error();
}

}  // namespace

Result<std::size_t> SweepExpired(Database& database) {
  const ExpiryWindow window(database.clock().Now());
  std::size_t deleted = 0;
  Result<void> all;  // an item that can't be deleted does not keep the others
  for (const TablePtr& table : database.catalog().All()) {
    if (!table->definition().ttl.enabled || !table->is_open()) continue;
    for (const std::string& row_key : FindExpired(database, *table, window)) {
      const Result<bool> is_deleted = DeleteExpired(database, *table, row_key, window);
      if (is_deleted && *is_deleted) ++deleted;
      if (!is_deleted && all) all = is_deleted.error();
    }
  }
  TRY_VOID(std::move(all));
  return deleted;
}

void StartExpirySweeper(Database& database) {
  const auto sweep = [&database]() -> std::optional<std::chrono::milliseconds> {
    const Result<std::size_t> deleted = SweepExpired(database);
    if (!deleted) Log(LogLevel::kError, "expired items stay", {{"error", deleted.error().message}});
    return deleted && *deleted >= kMostAtOnce ? std::chrono::milliseconds(0) : kPause;
  };
  database.catalog().first_expiry().Begin([&database, sweep] { database.background().Add(sweep); });
}

}  // namespace dynarock
