// Errors of expressions that more than one place reports.
#pragma once

#include "engine/base/error.h"
#include "engine/expression/ast.h"

namespace dynarock::errors {

[[gnu::cold]] ApiError UnknownFunction(const FunctionCall& call);
[[gnu::cold]] ApiError OperandCount(std::string_view function, std::size_t count);
[[gnu::cold]] ApiError OperandType(std::string_view function, std::string_view type);
[[gnu::cold]] ApiError PathRequired(const FunctionCall& call);
[[gnu::cold]] ApiError RedundantParentheses();

}  // namespace dynarock::errors
