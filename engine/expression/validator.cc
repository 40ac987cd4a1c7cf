#include "engine/expression/validator.h"

#include <algorithm>
#include <array>
#include <functional>

#include "engine/base/limits.h"
#include "engine/expression/expression_errors.h"
#include "engine/expression/reserved_words.h"
#include "engine/item/number.h"

namespace dynarock {
namespace {

using Check = std::function<Result<void>(const Operand&)>;

// Calls `check` on each operand of the tree, from the left.
Result<void> ForEachOperand(const Condition& condition, const Check& check) {
  for (const Condition& child : condition.children) TRY_VOID(ForEachOperand(child, check));
  for (const Operand& operand : condition.operands) TRY_VOID(check(operand));
  return {};
}

Result<void> CheckKnownFunction(const Operand& operand) {
  const FunctionCall* call = operand.call();
  if (!call) return {};
  for (const Operand& argument : call->arguments) TRY_VOID(CheckKnownFunction(argument));
  if (call->function == Function::kUnknown) {
    return errors::UnknownFunction(*call);
  }
  return {};
}

bool IsUpdateFunction(Function function) {
  return function == Function::kIfNotExists || function == Function::kListAppend;
}

// Only size() may stand where a value is wanted.
Result<void> CheckValueFunctions(const Operand& operand) {
  const FunctionCall* call = operand.call();
  if (!call) return {};
  for (const Operand& argument : call->arguments) TRY_VOID(CheckValueFunctions(argument));
  if (call->function != Function::kSize) return MisusedFunction(*call);
  return {};
}

Result<void> CheckFunctionUse(const Condition& condition) {
  for (const Condition& child : condition.children) TRY_VOID(CheckFunctionUse(child));
  if (condition.kind == Condition::Kind::kFunction) {
    const FunctionCall& call = *condition.operands[0].call();
    for (const Operand& argument : call.arguments) TRY_VOID(CheckValueFunctions(argument));
    if (call.function == Function::kSize || IsUpdateFunction(call.function)) return MisusedFunction(call);
    return {};
  }
  for (const Operand& operand : condition.operands) TRY_VOID(CheckValueFunctions(operand));
  return {};
}

Result<void> CheckReserved(const Operand& operand) {
  if (const Path* path = operand.path()) return CheckReservedWords(*path);
  if (const FunctionCall* call = operand.call()) {
    for (const Operand& argument : call->arguments) TRY_VOID(CheckReserved(argument));
  }
  return {};
}

Result<void> BindOperand(const Operand& operand, Binder& binder, Bindings& bindings) {
  if (const PathOperand* path = operand.path()) return binder.Bind(*path, bindings);
  if (const ValueOperand* value = operand.value()) return binder.Bind(*value, bindings);
  for (const Operand& argument : operand.call()->arguments) TRY_VOID(BindOperand(argument, binder, bindings));
  return {};
}

std::size_t WantedOperands(Function function) {
  switch (function) {
    case Function::kAttributeExists:
    case Function::kAttributeNotExists:
    case Function::kSize:
      return 1;
    default:
      return 2;
  }
}

Result<void> CheckOperandCount(const Operand& operand) {
  const FunctionCall* call = operand.call();
  if (!call) return {};
  for (const Operand& argument : call->arguments) TRY_VOID(CheckOperandCount(argument));
  if (call->arguments.size() != WantedOperands(call->function)) {
    return errors::OperandCount(call->name, call->arguments.size());
  }
  return {};
}

// A path may not be compared with itself.
Result<void> CheckDistinct(std::string_view name, const std::vector<Operand>& operands, const Bindings& bindings) {
  if (operands.empty() || !operands[0].path()) return {};
  const Path& first = bindings.Of(*operands[0].path());
  const auto is_first = [&](const Operand& other) { return other.path() && bindings.Of(*other.path()) == first; };
  if (std::none_of(operands.begin() + 1, operands.end(), is_first)) return {};
  return RequestError(
      "The first operand must be distinct from the remaining operands for this operator or function; operator: " +
      std::string(name) + ", first operand: " + PathText(first));
}

// Observed: conformance/cases/expressions/distinct_operands.case
Result<void> CheckDistinct(const Condition& test, const Bindings& bindings) {
  switch (test.kind) {
    case Condition::Kind::kComparison:
      return CheckDistinct(ComparatorText(test.comparator), test.operands, bindings);
    case Condition::Kind::kIn:
      return CheckDistinct("IN", test.operands, bindings);
    case Condition::Kind::kBetween:
      return CheckDistinct("BETWEEN", test.operands, bindings);
    case Condition::Kind::kFunction:
      return CheckDistinct(test.operands[0].call()->name, test.operands[0].call()->arguments, bindings);
    default:
      return {};
  }
}

// Type of a literal operand or of size(); nullopt for a path.
std::optional<Type> LiteralType(const Operand& operand, const Bindings& bindings) {
  if (operand.value()) return bindings.Of(*operand.value()).type();
  if (operand.call() && operand.call()->function == Function::kSize) return Type::kNumber;
  if (operand.condition()) return Type::kBool;
  return std::nullopt;
}

bool IsTypeName(std::string_view name) {
  for (int type = 1; type <= static_cast<int>(Type::kBinarySet); ++type) {
    if (TypeName(static_cast<Type>(type)) == name) return true;
  }
  return false;
}

Result<void> CheckAttributeType(const FunctionCall& call, const Bindings& bindings) {
  const Operand& wanted = call.arguments[1];
  const std::optional<Type> type = LiteralType(wanted, bindings);
  if (!type) return errors::OperandType(call.name, "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
  if (*type != Type::kString || !wanted.value()) return errors::OperandType(call.name, TypeName(*type));
  const std::string_view name = bindings.Of(*wanted.value()).payload();
  if (IsTypeName(name)) return {};
  return RequestError("Invalid attribute type name found; type: " + std::string(name) +
                      ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
}

Result<void> CheckCallTypes(const FunctionCall& call, const Bindings& bindings) {
  switch (call.function) {
    case Function::kAttributeExists:
    case Function::kAttributeNotExists:
      if (!call.arguments[0].path()) {
        return errors::PathRequired(call);
      }
      return {};
    case Function::kBeginsWith:
      for (const Operand& argument : call.arguments) {
        const std::optional<Type> type = LiteralType(argument, bindings);
        if (type && *type != Type::kString && *type != Type::kBinary)
          return errors::OperandType(call.name, TypeName(*type));
      }
      return {};
    case Function::kAttributeType:
      return CheckAttributeType(call, bindings);
    case Function::kSize: {
      const std::optional<Type> type = LiteralType(call.arguments[0], bindings);
      if (type == Type::kNumber || type == Type::kBool || type == Type::kNull) {
        return errors::OperandType(call.name, TypeName(*type));
      }
      return {};
    }
    default:
      return {};
  }
}

Result<void> CheckTypes(const Operand& operand, const Bindings& bindings) {
  const FunctionCall* call = operand.call();
  if (!call) return {};
  for (const Operand& argument : call->arguments) TRY_VOID(CheckTypes(argument, bindings));
  return CheckCallTypes(*call, bindings);
}

Result<void> CheckOrderedOperands(const Condition& condition, const Bindings& bindings) {
  for (const Operand& operand : condition.operands) {
    const std::optional<Type> type = LiteralType(operand, bindings);
    if (type && *type > Type::kBinary)
      return errors::OperandType(ComparatorText(condition.comparator), TypeName(*type));
  }
  return {};
}

Result<void> CheckBetweenBounds(const Condition& condition, const Bindings& bindings) {
  for (const Operand& operand : condition.operands) {
    const std::optional<Type> type = LiteralType(operand, bindings);
    if (type && *type > Type::kBinary) return errors::OperandType("BETWEEN", TypeName(*type));
  }
  if (!condition.operands[1].value() || !condition.operands[2].value()) return {};
  const ValueView lower = bindings.Of(*condition.operands[1].value());
  const ValueView upper = bindings.Of(*condition.operands[2].value());
  const auto bounds = [&] {
    return "; lower bound operand: AttributeValue: " + AttributeValueText(lower) +
           ", upper bound operand: AttributeValue: " + AttributeValueText(upper);
  };
  if (lower.type() != upper.type()) {
    return RequestError("The BETWEEN operator requires same data type for lower and upper bounds" + bounds());
  }
  if (CompareScalars(lower, upper) > 0) {
    return RequestError("The BETWEEN operator requires upper bound to be greater than or equal to lower bound" +
                        bounds());
  }
  return {};
}

// The operands of one test, bound.
Result<void> CheckTest(const Condition& test, const Bindings& bindings) {
  for (const Operand& operand : test.operands) TRY_VOID(CheckOperandCount(operand));
  if (test.kind == Condition::Kind::kIn && test.operands.size() - 1 > kMaxInOperands) {
    return errors::OperandCount("IN", test.operands.size());
  }
  TRY_VOID(CheckDistinct(test, bindings));
  for (const Operand& operand : test.operands) TRY_VOID(CheckTypes(operand, bindings));
  if (test.kind == Condition::Kind::kBetween) return CheckBetweenBounds(test, bindings);
  if (test.kind == Condition::Kind::kComparison && test.comparator >= Comparator::kLess) {
    return CheckOrderedOperands(test, bindings);
  }
  return {};
}

Result<void> BindIn(const Condition& condition, Binder& binder, Bindings& bindings) {
  for (const Condition& child : condition.children) TRY_VOID(BindIn(child, binder, bindings));
  for (const Operand& operand : condition.operands) TRY_VOID(BindOperand(operand, binder, bindings));
  return condition.operands.empty() ? Result<void>() : CheckTest(condition, bindings);
}

enum class PathRelation { kApart, kOverlap, kConflict };

PathRelation Relate(const Path& one, const Path& two) {
  if (one.attribute != two.attribute) return PathRelation::kApart;
  const std::size_t shared = std::min(one.steps.size(), two.steps.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if (one.steps[i].index() != two.steps[i].index()) return PathRelation::kConflict;
    if (one.steps[i] != two.steps[i]) return PathRelation::kApart;
  }
  return PathRelation::kOverlap;
}

bool IsBefore(const Path* one, const Path* two) {
  const int order = one->attribute.compare(two->attribute);
  return order != 0 ? order < 0 : one->steps < two->steps;
}

// Whether no two paths overlap or conflict. In order, a path stands right before one that lies in it, and names stand
// right before the indexes of the same place.
bool AreApart(std::vector<const Path*> paths) {
  std::sort(paths.begin(), paths.end(), IsBefore);
  const auto touch = [](const Path* one, const Path* two) { return Relate(*one, *two) != PathRelation::kApart; };
  return std::adjacent_find(paths.begin(), paths.end(), touch) == paths.end();
}

}  // namespace

ApiError MisusedFunction(const FunctionCall& call) {
  return RequestError("The function is not allowed to be used this way in an expression; function: " + call.name);
}

Result<void> CheckParsedCondition(const ParsedCondition& parsed) {
  if (parsed.redundant_parentheses) return errors::RedundantParentheses();
  TRY_VOID(ForEachOperand(parsed.root, CheckKnownFunction));
  TRY_VOID(CheckFunctionUse(parsed.root));
  return ForEachOperand(parsed.root, CheckReserved);
}

Result<void> BindCondition(Bound<Condition>& condition, Binder& binder) {
  return BindIn(condition.tree(), binder, condition.bindings());
}

Result<void> CheckBoundCondition(const Condition& condition) {
  for (const Condition& child : condition.children) TRY_VOID(CheckBoundCondition(child));
  for (const Operand& operand : condition.operands) {
    if (operand.condition()) TRY_VOID(CheckBoundCondition(*operand.condition()));
  }
  return condition.operands.empty() ? Result<void>() : CheckTest(condition, Bindings());
}

Result<void> CheckParsedProjection(const std::vector<Path>& paths) {
  for (const Path& path : paths) TRY_VOID(CheckReservedWords(path));
  return {};
}

Result<void> BindProjection(std::vector<Path>& paths, Binder& binder) {
  for (Path& path : paths) TRY_VOID(binder.Bind(path));
  std::vector<const Path*> borrowed;
  for (const Path& path : paths) borrowed.push_back(&path);
  return CheckOverlaps(borrowed);
}

Result<void> CheckReservedWords(const Path& path) {
  const auto check = [](const std::string& name) -> Result<void> {
    if (!IsReservedWord(name)) return {};
    return RequestError("Attribute name is a reserved keyword; reserved keyword: " + name);
  };
  TRY_VOID(check(path.attribute));
  for (const PathStep& step : path.steps) {
    if (const auto* name = std::get_if<std::string>(&step)) TRY_VOID(check(*name));
  }
  return {};
}

Result<void> CheckOverlaps(const std::vector<const Path*>& paths) {
  constexpr std::size_t kFew = 16;  // comparing each with each costs less than sorting
  if (paths.size() > kFew && AreApart(paths)) return {};
  for (const PathRelation wanted : {PathRelation::kOverlap, PathRelation::kConflict}) {
    const char* what = wanted == PathRelation::kOverlap ? "overlap" : "conflict";
    for (std::size_t two = 1; two < paths.size(); ++two) {
      for (std::size_t one = 0; one < two; ++one) {
        if (Relate(*paths[one], *paths[two]) != wanted) continue;
        return RequestError(std::string("Two document paths ") + what +
                            " with each other; must remove or rewrite one of these paths; path one: " +
                            PathText(*paths[one]) + ", path two: " + PathText(*paths[two]));
      }
    }
  }
  return {};
}

std::string AttributeValueText(ValueView value) {
  std::string text = "{" + std::string(TypeName(value.type())) + ":";
  if (value.type() == Type::kNumber) {
    AppendNumberText(text, value.payload());
  } else {
    text += value.payload();
  }
  return text + "}";
}

}  // namespace dynarock
