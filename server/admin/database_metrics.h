// What a scrape of /metrics learns of the engine: items, streams, RocksDB.
#pragma once

#include <string>

#include "engine/database/database.h"

namespace dynarock {

// Appends Prometheus's text format.
void WriteDatabaseMetrics(Database& database, std::string& out);

}  // namespace dynarock
