// For tests: the trees of statements as text, with parentheses around every operator.
#pragma once

#include <string>

#include "engine/base/joined.h"
#include "engine/expression/ast.h"
#include "engine/item/number.h"
#include "engine/item/value.h"

namespace dynarock::partiql {

inline std::string TreeText(const Condition& condition);

// 'text', 1.5, true; of others the type: "L".
inline std::string ValueTreeText(ValueView value) {
  switch (value.type()) {
    case Type::kString:
      return "'" + std::string(value.payload()) + "'";
    case Type::kNumber:
      return NumberText(value.payload());
    case Type::kBool:
      return value.payload()[0] != '\0' ? "true" : "false";
    default:
      return std::string(TypeName(value.type()));
  }
}

inline std::string PathTreeText(const Path& path) {
  std::string text = path.attribute;
  for (const PathStep& step : path.steps) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      text += "." + *name;
    } else {
      text += "[" + std::to_string(std::get<std::size_t>(step)) + "]";
    }
  }
  return text;
}

inline std::string TreeText(const Operand& operand) {
  if (operand.path()) return PathTreeText(*operand.path());
  if (operand.value()) return ValueTreeText(operand.value()->value);
  if (operand.condition()) return TreeText(*operand.condition());
  const FunctionCall& call = *operand.call();
  const auto text_of = [](const Operand& argument) { return TreeText(argument); };
  return std::string(FunctionText(call.function)) + "(" + Joined(call.arguments, ", ", text_of) + ")";
}

inline std::string TreeText(const Condition& condition) {
  const std::vector<Operand>& operands = condition.operands;
  const auto text_of = [](const auto& part) { return TreeText(part); };
  switch (condition.kind) {
    case Condition::Kind::kAnd:
      return "(" + Joined(condition.children, " and ", text_of) + ")";
    case Condition::Kind::kOr:
      return "(" + Joined(condition.children, " or ", text_of) + ")";
    case Condition::Kind::kNot:
      return "not " + TreeText(condition.children[0]);
    case Condition::Kind::kComparison:
      return "(" + TreeText(operands[0]) + " " + std::string(ComparatorText(condition.comparator)) + " " +
             TreeText(operands[1]) + ")";
    case Condition::Kind::kBetween:
      return "(" + TreeText(operands[0]) + " between " + TreeText(operands[1]) + " and " + TreeText(operands[2]) + ")";
    case Condition::Kind::kIn:
      return "(" + TreeText(operands[0]) + " in " +
             Joined(std::vector<Operand>(operands.begin() + 1, operands.end()), ", ", text_of) + ")";
    case Condition::Kind::kFunction:
      return TreeText(operands[0]);
  }
  return "";
}

}  // namespace dynarock::partiql
