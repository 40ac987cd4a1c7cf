// All operations that are served, by name.
#pragma once

#include "protocol/operation.h"

namespace dynarock {

// Null if there is no such operation. `target` is X-Amz-Target: "DynamoDB_20120810.PutItem", and with the prefix of its
// service "DynamoDBStreams_20120810.GetRecords".
const Operation* FindOperation(std::string_view target);

}  // namespace dynarock
