// ClientRequestTokens: what completed transactions did, so that a repeated request does it once.
// Source: API_TransactWriteItems, ClientRequestToken.
#pragma once

#include <chrono>
#include <string>

#include "engine/database/database.h"

namespace dynarock {

// What a repetition of a transaction is billed for one table.
struct RepeatedUnits {
  std::string table;
  double read_units = 0;
};

struct CompletedTransaction {
  std::string digest;  // of the request
  EpochMillis expires;
  std::vector<RepeatedUnits> repeated_units;
};

// When a transaction that completes now is forgotten: ten minutes later.
EpochMillis TokenExpiry(const Clock& clock);

// The transaction that completed with `token`, or nullopt if there is none that has not expired.
// Requires: the lock of TransactionTokenKey(token) is held. Errors: kInternal.
Result<std::optional<CompletedTransaction>> FindCompleted(Database& database, std::string_view token);

// Makes `batch` remember the transaction; also in place of an expired one. Requires: as FindCompleted.
void RememberCompleted(const Database& database, std::string_view token, const CompletedTransaction& completed,
                       WriteBatch& batch);

// Removes expired tokens a few at a time. Remembers where it is: no token that is made later expires before that place.
class TokenSweep {
 public:
  explicit TokenSweep(Database& database) : database_(database) {}

  // Removes some of what has expired. Gives the pause until more can be there. Errors: kInternal.
  Result<std::chrono::milliseconds> Step();

 private:
  Database& database_;
  std::string place_ = "";  // the first key that may be there; "" for the beginning
};

// Removes expired tokens, from the database's first token on until it closes.
void DropTokensInBackground(Database& database);

}  // namespace dynarock
