// All operations that are served, by name.
#pragma once

#include "protocol/operation.h"

namespace dynarock {

// Null if there is no such operation. `name` is what stands behind "DynamoDB_20120810." in X-Amz-Target.
const Operation* FindOperation(std::string_view name);

}  // namespace dynarock
