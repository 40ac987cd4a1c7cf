// Deletes items whose time to live is over, through the one write path, as the service does in their users' name.
#pragma once

#include "engine/database/database.h"

namespace dynarock {

// Deletes what has expired by the database's clock; an item that was renewed meanwhile stays, and so does one that
// expired more than five years ago. Gives how many items were deleted. Errors: kInternal.
// Source: Developer Guide, "Using time to live (TTL) in DynamoDB".
Result<std::size_t> SweepExpired(Database& database);

// Sweeps from the database's first table with a time to live on, within a second of the clock, until it closes.
void StartExpirySweeper(Database& database);

}  // namespace dynarock
