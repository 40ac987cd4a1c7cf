// What DynamoDB Local says in errors.
#pragma once

#include "engine/base/error.h"

namespace dynarock {

// The message of `error` as DynamoDB Local words it: AWS's classic one but for a list of its own.
std::string LocalText(const ApiError& error);

}  // namespace dynarock
