// What a scrape of /metrics learns of the engine: items, streams, RocksDB.
#pragma once

#include <string>

#include "engine/database/databases.h"
#include "server/admin/metric_label.h"

namespace dynarock {

// Appends Prometheus's text format.
void WriteDatabaseMetrics(const Databases& databases, MetricNames names, std::string& out);

}  // namespace dynarock
