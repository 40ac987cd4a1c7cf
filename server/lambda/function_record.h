// A function's definition as a record in the store.
#pragma once

#include <string_view>

#include "engine/base/result.h"
#include "server/lambda/function.h"

namespace dynarock {

std::string EncodeFunction(const FunctionDefinition& function);
// Errors: kInternal for a record that is torn.
Result<FunctionDefinition> DecodeFunction(std::string_view record);

}  // namespace dynarock
