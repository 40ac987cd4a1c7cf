// KeyConditionExpression: what a Query asks of the key attributes, independent of any table.
#pragma once

#include "engine/expression/ast.h"
#include "engine/expression/validator.h"

namespace dynarock {

enum class KeyOperator {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,
  kBeginsWith,
  kNotIndexable,  // a legacy operator that no key can serve
};

// One attribute's clause. The values borrow from the request.
struct KeyClause {
  std::string attribute;
  KeyOperator op = KeyOperator::kEqual;
  ValueView value;  // the operand, or BETWEEN's lower bound
  ValueView upper;  // BETWEEN's upper bound
};

struct KeyCondition {
  std::vector<KeyClause> clauses;  // in the order written, one an attribute

  const KeyClause* Find(std::string_view attribute) const;
};

// The clauses of a validated condition. Errors: kRequestValidation for operators and forms that key conditions lack.
// Source: API_Query, KeyConditionExpression. Observed: conformance/cases/query/key_condition_errors.case
Result<KeyCondition> ToKeyCondition(const Bound<Condition>& condition);

}  // namespace dynarock
