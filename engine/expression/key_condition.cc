#include "engine/expression/key_condition.h"

#include <algorithm>

namespace dynarock {
namespace {

ApiError InvalidOperator(std::string_view name) {
  return RequestError("Invalid operator used in KeyConditionExpression: " + std::string(name));
}

ApiError InvalidCondition(const std::string& why) {
  return RequestError("Invalid condition in KeyConditionExpression: " + why);
}

ApiError KeyAttributeMustBeFirst(std::string_view name) {
  return InvalidCondition(std::string(name) + " operator must have the key attribute as its first operand");
}

Result<KeyOperator> OperatorOf(Comparator comparator, bool mirrored) {
  switch (comparator) {
    case Comparator::kEqual:
      return KeyOperator::kEqual;
    case Comparator::kLess:
      return mirrored ? KeyOperator::kGreater : KeyOperator::kLess;
    case Comparator::kLessOrEqual:
      return mirrored ? KeyOperator::kGreaterOrEqual : KeyOperator::kLessOrEqual;
    case Comparator::kGreater:
      return mirrored ? KeyOperator::kLess : KeyOperator::kGreater;
    case Comparator::kGreaterOrEqual:
      return mirrored ? KeyOperator::kLessOrEqual : KeyOperator::kGreaterOrEqual;
    case Comparator::kNotEqual:
      break;
  }
  return InvalidOperator("<>");
}

Result<void> CheckOperators(const Condition& test) {
  if (test.kind == Condition::Kind::kOr) return InvalidOperator("OR");
  if (test.kind == Condition::Kind::kNot) return InvalidOperator("NOT");
  if (test.kind == Condition::Kind::kIn) return InvalidOperator("IN");
  if (test.kind == Condition::Kind::kComparison && test.comparator == Comparator::kNotEqual)
    return InvalidOperator("<>");
  if (test.kind == Condition::Kind::kFunction && test.operands[0].call()->function != Function::kBeginsWith) {
    return InvalidOperator(test.operands[0].call()->name);
  }
  return {};
}

Result<void> CheckFirstOperand(const Condition& test, const std::vector<Operand>& operands) {
  if (test.kind == Condition::Kind::kBetween && !operands[0].path()) return KeyAttributeMustBeFirst("BETWEEN");
  if (test.kind == Condition::Kind::kFunction && !operands[0].path()) return KeyAttributeMustBeFirst("begins_with");
  return {};
}

// The index of the one operand that is a path.
Result<std::size_t> FindAttribute(const std::vector<Operand>& operands) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].call()) return RequestError("KeyConditionExpressions cannot contain nested operations");
    if (!operands[i].path()) continue;
    if (found) return InvalidCondition("Multiple attribute names used in one condition");
    if (!operands[i].path()->steps.empty()) {
      return RequestError("KeyConditionExpressions cannot have conditions on nested attributes");
    }
    found = i;
  }
  if (!found) return InvalidCondition("No key attribute specified");
  return *found;
}

Result<KeyClause> ToClause(const Condition& test, const Bindings& bindings) {
  TRY_VOID(CheckOperators(test));
  const bool is_call = test.kind == Condition::Kind::kFunction;
  const std::vector<Operand>& operands = is_call ? test.operands[0].call()->arguments : test.operands;
  TRY_VOID(CheckFirstOperand(test, operands));
  TRY(const std::size_t attribute, FindAttribute(operands));
  KeyClause clause;
  clause.attribute = bindings.Of(*operands[attribute].path()).attribute;
  clause.value = bindings.Of(*operands[attribute == 0 ? 1 : 0].value());
  if (is_call) {
    clause.op = KeyOperator::kBeginsWith;
  } else if (test.kind == Condition::Kind::kBetween) {
    clause.op = KeyOperator::kBetween;
    clause.upper = bindings.Of(*operands[2].value());
  } else {
    TRY(clause.op, OperatorOf(test.comparator, attribute != 0));
  }
  return clause;
}

Result<void> Collect(const Condition& condition, const Bindings& bindings, KeyCondition& out) {
  if (condition.kind == Condition::Kind::kAnd) {
    for (const Condition& child : condition.children) TRY_VOID(Collect(child, bindings, out));
    return {};
  }
  TRY(KeyClause clause, ToClause(condition, bindings));
  if (out.Find(clause.attribute)) {
    return RequestError("KeyConditionExpressions must only contain one condition per key");
  }
  out.clauses.push_back(std::move(clause));
  return {};
}

}  // namespace

const KeyClause* KeyCondition::Find(std::string_view attribute) const {
  const auto found = std::find_if(clauses.begin(), clauses.end(),
                                  [&](const KeyClause& clause) { return clause.attribute == attribute; });
  return found == clauses.end() ? nullptr : &*found;
}

Result<KeyCondition> ToKeyCondition(const Bound<Condition>& condition) {
  KeyCondition key_condition;
  TRY_VOID(Collect(condition.tree(), condition.bindings(), key_condition));
  return key_condition;
}

}  // namespace dynarock
