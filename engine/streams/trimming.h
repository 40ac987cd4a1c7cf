// Removes in the background what no reader may see any more.
#pragma once

#include "engine/database/database.h"

namespace dynarock {

// Once a minute, from the database's first stream until it is closed: opens shards that are due, and drops changes and
// streams that are older than 24 hours. What is not dropped yet is not shown either.
void TrimInBackground(Database& database);

}  // namespace dynarock
