// GET /metrics: everything that is counted, written in one place.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/database/databases.h"
#include "engine/triggers/event_sources.h"
#include "server/admin/request_metrics.h"

namespace dynarock {

// Whether values stand under the names of tables, functions and owners, or are added up without them.
enum class MetricNames { kShown, kHidden };

struct MetricsSources {
  const RequestMetrics& requests;
  const Databases& databases;
  const std::vector<std::pair<std::string, MappingStatus>>& triggers;  // by the database's scope
  int connections = 0;                                                 // open
  std::size_t connection_memory = 0;                                   // bytes
};

std::string MetricsPage(const MetricsSources& sources, MetricNames names);

}  // namespace dynarock
