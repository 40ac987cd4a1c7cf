#include "engine/partiql/key_tests.h"

namespace dynarock::partiql {
namespace {

// The attribute if the operand is one, without steps into it.
const std::string* AttributeOf(const Operand& operand) {
  return operand.path() && operand.path()->steps.empty() ? &operand.path()->attribute : nullptr;
}

std::optional<KeyOperator> OperatorOf(Comparator comparator, bool is_mirrored) {
  switch (comparator) {
    case Comparator::kEqual:
      return KeyOperator::kEqual;
    case Comparator::kNotEqual:
      return std::nullopt;
    case Comparator::kLess:
      return is_mirrored ? KeyOperator::kGreater : KeyOperator::kLess;
    case Comparator::kLessOrEqual:
      return is_mirrored ? KeyOperator::kGreaterOrEqual : KeyOperator::kLessOrEqual;
    case Comparator::kGreater:
      return is_mirrored ? KeyOperator::kLess : KeyOperator::kGreater;
    case Comparator::kGreaterOrEqual:
      return is_mirrored ? KeyOperator::kLessOrEqual : KeyOperator::kGreaterOrEqual;
  }
  return std::nullopt;
}

std::optional<KeyClause> MakeClause(const Operand& attribute, std::optional<KeyOperator> op, const Operand& value) {
  const std::string* name = AttributeOf(attribute);
  if (!name || !op || !value.value()) return std::nullopt;
  return KeyClause{*name, *op, value.value()->value, {}};
}

}  // namespace

std::optional<KeyClause> KeyTestOf(const Condition& test, std::size_t choice) {
  const std::vector<Operand>& operands = test.operands;
  switch (test.kind) {
    case Condition::Kind::kComparison:
      if (operands[1].path()) return MakeClause(operands[1], OperatorOf(test.comparator, true), operands[0]);
      return MakeClause(operands[0], OperatorOf(test.comparator, false), operands[1]);
    case Condition::Kind::kIn:
      if (operands.size() < 2) return std::nullopt;
      return MakeClause(operands[0], KeyOperator::kEqual, operands[choice + 1]);
    case Condition::Kind::kBetween: {
      auto clause = MakeClause(operands[0], KeyOperator::kBetween, operands[1]);
      if (!clause || !operands[2].value()) return std::nullopt;
      clause->upper = operands[2].value()->value;
      return clause;
    }
    case Condition::Kind::kFunction: {
      const FunctionCall& call = *operands[0].call();
      if (call.function != Function::kBeginsWith) return std::nullopt;
      return MakeClause(call.arguments[0], KeyOperator::kBeginsWith, call.arguments[1]);
    }
    default:
      return std::nullopt;
  }
}

}  // namespace dynarock::partiql
