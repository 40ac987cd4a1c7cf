// Fills what the items of a table lack: rows of an index that was added later, and expiry rows of a TTL that was
// switched on. It goes through the base rows in their order, some at a time, while reads and writes go on; how far it
// is stands in the store, so that it goes on behind a crash.
#pragma once

#include "engine/database/database.h"

namespace dynarock {

// Fills all that `table` lacks: at once if it is small, else in the background. Errors: kInternal.
Result<void> StartBackfills(Database& database, const TablePtr& table);

// Goes on with what was not done when the store was closed. Call it once, behind Database::Open.
void ResumeBackfills(Database& database);

}  // namespace dynarock
