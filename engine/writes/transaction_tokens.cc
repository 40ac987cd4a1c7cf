#include "engine/writes/transaction_tokens.h"

#include <algorithm>
#include <memory>

#include "engine/base/log.h"
#include "engine/database/record_fields.h"

namespace dynarock {

template <class Record, Of<RepeatedUnits> Value>
void Fields(Record& record, Value& units) {
  record.Text(1, units.table);
  record.Real(2, units.read_units);
}

template <class Record, Of<CompletedTransaction> Value>
void Fields(Record& record, Value& completed) {
  record.Text(1, completed.digest);
  record.Time(2, completed.expires);
  record.Each(3, completed.repeated_units);
}

namespace {

constexpr std::int64_t kTokenLife = 10 * 60 * 1000;  // milliseconds

constexpr std::size_t kDropAtOnce = 100;  // under their locks
constexpr std::chrono::milliseconds kNoRoomPause{20};
constexpr std::chrono::milliseconds kLongestPause{60'000};
constexpr std::chrono::milliseconds kShortestPause{1'000};  // so that many go at once

// Nullopt for a record that is torn, which the log names: the token is taken for one that was not used.
std::optional<CompletedTransaction> Decode(std::string_view token, std::string_view bytes) {
  std::optional<CompletedTransaction> completed = DecodeRecord<CompletedTransaction>(bytes);
  if (completed) return completed;
  Log(LogLevel::kError, "transaction token is skipped: its record is torn", {{"token", token}});
  return std::nullopt;
}

// Adds the removal of `token` to the batch, unless a transaction that has not expired uses it again.
Result<void> Drop(Database& database, std::string_view token, EpochMillis now, WriteBatch& batch) {
  std::string record;
  TRY(const bool found, database.store().Get(TransactionTokenKey(database.scope(), token), record));
  if (!found) return {};
  const auto completed = Decode(token, record);
  if (!completed || completed->expires <= now) batch.Delete(TransactionTokenKey(database.scope(), token));
  return {};
}

}  // namespace

EpochMillis TokenExpiry(const Clock& clock) {
  return {clock.Now().value + kTokenLife};
}

Result<std::optional<CompletedTransaction>> FindCompleted(Database& database, std::string_view token) {
  std::string record;
  TRY(const bool found, database.store().Get(TransactionTokenKey(database.scope(), token), record));
  if (!found) return std::optional<CompletedTransaction>();
  std::optional<CompletedTransaction> completed = Decode(token, record);
  if (completed && completed->expires <= database.clock().Now()) completed.reset();
  return completed;
}

void RememberCompleted(const Database& database, std::string_view token, const CompletedTransaction& completed,
                       WriteBatch& batch) {
  batch.Put(TransactionTokenKey(database.scope(), token), EncodeRecord(completed));
  batch.Put(TokenExpiryKey(database.scope(), completed.expires, token), "");
}

Result<std::chrono::milliseconds> TokenSweep::Step() {
  if (!database_.store().HasRoom()) return kNoRoomPause;
  const EpochMillis now = database_.clock().Now();
  const std::string begin = TokenExpiryPrefix(database_.scope());
  std::vector<std::string> expired;  // keys of the order in which tokens expire
  std::chrono::milliseconds pause = kLongestPause;
  {
    Cursor cursor = database_.store().Walk(place_.empty() ? begin : place_, PrefixEnd(begin));
    const std::string end = TokenExpiryKey(database_.scope(), now, "");
    for (cursor.SeekToFirst(); cursor.Valid() && cursor.key() < end && expired.size() < kDropAtOnce; cursor.Next()) {
      expired.emplace_back(cursor.key());
    }
    TRY_VOID(cursor.status());
    if (cursor.Valid()) {
      const std::int64_t due = TimeOfTokenExpiryKey(database_.scope(), cursor.key()).value - now.value;
      pause = std::clamp(std::chrono::milliseconds(due), kShortestPause, kLongestPause);
    }
  }
  if (expired.empty()) return pause;
  std::vector<std::string> keys;
  for (const std::string& key : expired) {
    keys.push_back(TransactionTokenKey(database_.scope(), TokenOfExpiryKey(database_.scope(), key)));
  }
  const auto locks = database_.locks().LockAll({keys.begin(), keys.end()});
  WriteBatch batch;
  for (const std::string& key : expired) {
    TRY_VOID(Drop(database_, TokenOfExpiryKey(database_.scope(), key), now, batch));
    batch.Delete(key);
  }
  TRY_VOID(database_.store().Commit(std::move(batch)));
  place_ = std::move(expired.back());
  return expired.size() < kDropAtOnce ? pause : std::chrono::milliseconds(0);
}

void DropTokensInBackground(Database& database) {
  const auto drop = [sweep = std::make_shared<TokenSweep>(database)]() -> std::optional<std::chrono::milliseconds> {
    const auto pause = sweep->Step();
    if (pause) return *pause;
    Log(LogLevel::kError, "expired transaction tokens are not removed", {{"error", pause.error().message}});
    return kLongestPause;
  };
  database.first_token().Begin([&database, drop] { database.RunInBackground(drop); });
  const std::string begin = TokenExpiryPrefix(database.scope());
  Cursor stored = database.store().Walk(begin, PrefixEnd(begin));
  stored.SeekToFirst();
  if (stored.Valid()) database.first_token().Come();
}

}  // namespace dynarock
