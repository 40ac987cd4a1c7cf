// Deletes items whose time to live is over, through the one write path, as the service does in their users' name.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "engine/database/database.h"

namespace dynarock {

// Deletes what has expired by the database's clock, up to some hundred items of each table; an item that was renewed
// meanwhile stays, and so does one that expired more than five years ago. Gives how many items were deleted. Errors:
// kInternal. Source: Developer Guide, "Using time to live (TTL) in DynamoDB".
Result<std::size_t> SweepExpired(Database& database);

// The same in one sweep after the other. While there is more to delete it goes on where it was, for the tombstones of
// what it deleted lie before that; only when nothing is left it begins at the beginning again.
class ExpirySweep {
 public:
  explicit ExpirySweep(Database& database) : database_(database) {}

  struct Outcome {
    std::size_t deleted = 0;
    bool has_more = false;
  };
  // Errors: kInternal.
  Result<Outcome> Step();

 private:
  Database& database_;
  std::map<TableId, std::string> places_;  // keys of expiry rows to go on at
};

// Sweeps from the database's first table with a time to live on, within a second of the clock, until it closes.
void StartExpirySweeper(Database& database);

}  // namespace dynarock
