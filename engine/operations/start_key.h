// ExclusiveStartKey: from the key a client sends back to the row behind which a page goes on.
#pragma once

#include "engine/operations/page_reader.h"

namespace dynarock {

// The row key that `start_key` names. Errors: kValidation, "The provided starting key is invalid...", if it lacks or
// adds attributes, or has another type in one.
Result<std::string> StartRowKey(const ReadTarget& target, ItemView start_key, bool is_query);

}  // namespace dynarock
