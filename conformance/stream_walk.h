// ReadStream: what a consumer of a table's stream sees, as one request of a case.
#pragma once

#include "conformance/target.h"

namespace dynarock::conformance {

inline constexpr std::string_view kReadStream = "ReadStream";

// Walks all shards of the newest stream of the table from the trim horizon on. `request` is
// {"TableName": ..., "Keys": {...}}; with Keys only the changes of that item. The answer is {"Records": [...]} by
// sequence number, or the first error that was answered on the way. Errors: std::runtime_error.
Answer ReadStream(Target& target, const std::string& request);

}  // namespace dynarock::conformance
