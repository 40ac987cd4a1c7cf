// The rules that a parsed expression must keep, in AWS's order; binds names and values on the way.
#pragma once

#include "engine/expression/binder.h"
#include "engine/expression/parser.h"

namespace dynarock {

// "The function is not allowed to be used this way in an expression; function: ..."
ApiError MisusedFunction(const FunctionCall& call);

// What can be told without names and values: redundant parentheses, unknown functions, misused functions, reserved
// words. Errors: kRequestValidation, without "Invalid XExpression: ".
Result<void> CheckParsedCondition(const ParsedCondition& parsed);

// Test by test, from the left: undefined names and values, then as CheckBoundCondition.
// Errors: kRequestValidation, without "Invalid XExpression: ".
Result<void> BindCondition(Bound<Condition>& condition, Binder& binder);

// Test by test, from the left: number of operands, equal operands, operand types. Of a tree without placeholders.
Result<void> CheckBoundCondition(const Condition& condition);

// Errors: the first bare name that is a reserved word.
Result<void> CheckParsedProjection(const std::vector<Path>& paths);

// Undefined names, then overlapping and conflicting paths.
Result<void> BindProjection(std::vector<Path>& paths, Binder& binder);

// Errors: the first bare name of the path that is a reserved word.
Result<void> CheckReservedWords(const Path& path);

// Errors: two paths where one lies in the other, or that take one place for a map and for a list.
// Shared by projections and updates. Observed: conformance/cases/projections/errors.case
Result<void> CheckOverlaps(const std::vector<const Path*>& paths);

// "{S:abc}", AWS's rendering of a value in its errors.
std::string AttributeValueText(ValueView value);

}  // namespace dynarock
