#include "engine/writes/expiry_sweeper.h"

#include <memory>

#include "engine/base/log.h"
#include "engine/writes/expiry_rows.h"
#include "engine/writes/write_step.h"

namespace dynarock {
namespace {

constexpr std::uint64_t kForgotten = 157788000;  // seconds: five years
constexpr std::chrono::milliseconds kPause{500};
constexpr std::chrono::milliseconds kNoRoomPause{20};
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

struct Expired {
  std::vector<std::string> row_keys;
  std::string next;  // where the next sweep goes on; "" if these are the last
};

// Those from the expiry row `place` on, or from the first one on if it is "".
Result<Expired> FindExpired(Database& database, const Table& table, const ExpiryWindow& window, std::string place) {
  const std::string rows = RowPrefix(table.id(), IndexId{});
  if (place.empty()) place = ExpiryKey(table.id(), window.begin, rows);
  Expired expired;
  Cursor cursor = database.store().Walk(place, ExpiryKey(table.id(), window.end + 1, rows));
  for (cursor.SeekToFirst(); cursor.Valid() && expired.row_keys.size() < kMostAtOnce; cursor.Next()) {
    std::string row_key = RowOfExpiryKey(cursor.key());
    if (row_key.size() > rows.size()) expired.row_keys.push_back(std::move(row_key));
  }
  TRY_VOID(cursor.status());
  if (cursor.Valid()) expired.next = cursor.key();
  return expired;
}

// The item is looked at again under its lock: only what has expired by then goes.
Result<bool> DeleteExpired(const CallContext& context, const Table& table, const std::string& row_key,
                           const ExpiryWindow& window) {
  bool is_deleted = false;
  const ItemChange change = [&](ItemView item) -> Result<ItemView> {
    const TimeToLive& ttl = table.Newest().definition().ttl;
    is_deleted = ttl.enabled && window.Has(ExpiryOf(ttl, item));
    return is_deleted ? ItemView() : item;
  };
  const auto written = Write(context, {table, row_key, nullptr, false, change, WriteOrigin::kTimeToLive});
  if (written) return is_deleted;
  if (written.error().code == ErrorCode::kResourceNotFound) return false;
  return written.error();
}

// Gives how many were deleted. Each is a commit of its own; the log is written once for all.
Result<std::size_t> DeleteAll(Database& database, const Table& table, const std::vector<std::string>& row_keys,
                              const ExpiryWindow& window) {
  std::size_t deleted = 0;
  Result<void> all;  // an item that can't be deleted does not keep the others
  UnloggedCommits unlogged;
  CallContext context(database);
  context.commits.log_later = &unlogged;
  for (const std::string& row_key : row_keys) {
    const Result<bool> is_deleted = DeleteExpired(context, table, row_key, window);
    if (is_deleted && *is_deleted) ++deleted;
    if (!is_deleted && all) all = is_deleted.error();
  }
  TRY_VOID(database.store().LogCommits(unlogged));
  TRY_VOID(std::move(all));
  return deleted;
}

}  // namespace

Result<ExpirySweep::Outcome> ExpirySweep::Step() {
  const ExpiryWindow window(database_.clock().Now());
  Outcome outcome;
  for (const TablePtr& table : database_.catalog().All()) {
    if (!table->definition().ttl.enabled || !table->is_open()) continue;
    std::string& place = places_[table->id()];
    TRY(const Expired expired, FindExpired(database_, *table, window, place));
    place = expired.next;
    outcome.has_more = outcome.has_more || !place.empty();
    if (place.empty()) places_.erase(table->id());
    TRY(const std::size_t deleted, DeleteAll(database_, *table, expired.row_keys, window));
    outcome.deleted += deleted;
  }
  return outcome;
}

Result<std::size_t> SweepExpired(Database& database) {
  TRY(const ExpirySweep::Outcome outcome, ExpirySweep(database).Step());
  return outcome.deleted;
}

void StartExpirySweeper(Database& database) {
  const auto sweep = [&database,
                      state = std::make_shared<ExpirySweep>(database)]() -> std::optional<std::chrono::milliseconds> {
    if (!database.store().HasRoom()) return kNoRoomPause;
    const auto outcome = state->Step();
    if (!outcome) Log(LogLevel::kError, "expired items stay", {{"error", outcome.error().message}});
    return outcome && outcome->has_more ? std::chrono::milliseconds(0) : kPause;
  };
  database.catalog().first_expiry().Begin([&database, sweep] { database.RunInBackground(sweep); });
}

}  // namespace dynarock
