#include "engine/operations/transaction_tokens.h"

#include <bit>

#include "engine/base/log.h"
#include "engine/storage/record_encoding.h"

namespace dynarock {
namespace {

constexpr std::int64_t kTokenLife = 10 * 60 * 1000;  // milliseconds

// Looking for expired tokens costs less when they are dropped many at a time.
constexpr std::int64_t kDropDelay = 60 * 1000;  // milliseconds
constexpr std::size_t kDropAtOnce = 100;

// Fields of the record, never used again for something else. A table is followed by its units.
enum Field : std::uint32_t { kDigest = 1, kExpires = 2, kTableName = 3, kReadUnits = 4 };

std::string Encode(const CompletedTransaction& completed) {
  RecordWriter record;
  record.Bytes(kDigest, completed.digest);
  record.Integer(kExpires, completed.expires.value);
  for (const auto& [table, units] : completed.read_units) {
    record.Bytes(kTableName, table);
    record.Integer(kReadUnits, std::bit_cast<std::int64_t>(units));
  }
  return record.Take();
}

// Nullopt for a record that is torn, which the log names: the token is taken for one that was not used.
std::optional<CompletedTransaction> Decode(std::string_view token, std::string_view bytes) {
  CompletedTransaction completed;
  RecordReader record(bytes);
  while (record.Next()) {
    if (record.field() == kDigest) completed.digest = record.bytes();
    if (record.field() == kExpires) completed.expires = {record.integer()};
    if (record.field() == kTableName) completed.read_units.emplace_back(record.bytes(), 0);
    if (record.field() == kReadUnits && !completed.read_units.empty()) {
      completed.read_units.back().second = std::bit_cast<double>(record.integer());
    }
  }
  if (!record.torn()) return completed;
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
  batch.Put(TransactionTokenKey(database.scope(), token), Encode(completed));
  batch.Put(TokenExpiryKey(database.scope(), completed.expires, token), "");
}

Result<void> DropExpiredTokens(Database& database) {
  const EpochMillis now = database.clock().Now();
  const std::string begin = TokenExpiryPrefix(database.scope());
  std::vector<std::string> tokens;
  std::string last;
  {
    Cursor cursor = database.store().Walk(begin, TokenExpiryKey(database.scope(), {now.value - kDropDelay}, ""));
    cursor.SeekToFirst();
    if (!cursor.Valid()) return cursor.status();
  }
  Cursor cursor = database.store().Walk(begin, TokenExpiryKey(database.scope(), now, ""));
  for (cursor.SeekToFirst(); cursor.Valid() && tokens.size() < kDropAtOnce; cursor.Next()) {
    last = cursor.key();
    tokens.emplace_back(TokenOfExpiryKey(database.scope(), last));
  }
  TRY_VOID(cursor.status());
  std::vector<std::string> keys;
  for (const std::string& token : tokens) keys.push_back(TransactionTokenKey(database.scope(), token));
  const auto locks = database.locks().LockAll({keys.begin(), keys.end()});
  WriteBatch batch;
  for (const std::string& token : tokens) TRY_VOID(Drop(database, token, now, batch));
  // The least key behind `last`.
  batch.DeleteRange(begin, last + '\0');
  return database.store().Commit(std::move(batch));
}

}  // namespace dynarock
