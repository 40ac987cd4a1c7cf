#include "engine/expression/condition.h"

#include <algorithm>

#include "engine/item/number.h"

namespace dynarock {
namespace {

// A value found in the item or given, or made by size() and kept here.
struct Resolved {
  std::optional<ValueView> value;
  std::string made;
};

// Characters as AWS counts them: UTF-16 code units. Observed: conformance/cases/conditions/size_of_text.case
std::uint64_t Utf16Length(std::string_view text) {
  std::uint64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0) == 0x80;
    units += continues ? 0 : byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::optional<std::uint64_t> SizeOf(const std::optional<ValueView>& value) {
  if (!value) return std::nullopt;
  switch (value->type()) {
    case Type::kString:
      return Utf16Length(value->payload());
    case Type::kBinary:
      return value->payload().size();
    case Type::kNumber:
    case Type::kBool:
    case Type::kNull:
      return std::nullopt;
    default:
      return ElementCount(*value);
  }
}

// Fills `resolved`, in place because `value` may borrow from `made`.
void Resolve(const Operand& operand, ItemView item, Resolved& resolved) {
  if (const ValueOperand* literal = operand.value()) {
    resolved.value = literal->value;
  } else if (const Path* path = operand.path()) {
    resolved.value = Find(item, *path);
  } else if (const Condition* condition = operand.condition()) {
    AppendBool(resolved.made, Evaluate(*condition, item));
    resolved.value = ValueView::Of(resolved.made);
  } else {
    Resolved argument;
    Resolve(operand.call()->arguments[0], item, argument);
    const auto size = SizeOf(argument.value);
    if (!size) return;
    AppendScalar(resolved.made, Type::kNumber, NumberFromInteger(*size));
    resolved.value = ValueView::Of(resolved.made);
  }
}

bool Ordered(ValueView left, ValueView right) {
  return left.type() == right.type() && left.type() <= Type::kBinary;
}

bool Compare(Comparator comparator, const std::optional<ValueView>& left, const std::optional<ValueView>& right) {
  if (comparator == Comparator::kEqual) return left && right && *left == *right;
  if (comparator == Comparator::kNotEqual) return !(left && right && *left == *right);
  if (!left || !right || !Ordered(*left, *right)) return false;
  const int order = CompareScalars(*left, *right);
  switch (comparator) {
    case Comparator::kLess:
      return order < 0;
    case Comparator::kLessOrEqual:
      return order <= 0;
    case Comparator::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

bool BeginsWith(ValueView value, ValueView prefix) {
  if (value.type() != prefix.type() || (value.type() != Type::kString && value.type() != Type::kBinary)) return false;
  return value.payload().substr(0, prefix.payload().size()) == prefix.payload();
}

bool Contains(ValueView container, ValueView wanted) {
  if (container.type() == Type::kList) {
    ValueView element;
    for (ListReader elements(container.payload()); elements.Next(element);) {
      if (element == wanted) return true;
    }
    return false;
  }
  if (IsSet(container.type())) {
    return ElementType(container.type()) == wanted.type() && SetContains(container, wanted.payload());
  }
  if (container.type() != wanted.type()) return false;
  if (container.type() != Type::kString && container.type() != Type::kBinary) return false;
  return container.payload().find(wanted.payload()) != std::string_view::npos;
}

bool EvaluateCall(const FunctionCall& call, ItemView item) {
  Resolved first, second;
  Resolve(call.arguments[0], item, first);
  if (call.function == Function::kAttributeExists) return first.value.has_value();
  if (call.function == Function::kAttributeNotExists) return !first.value.has_value();
  Resolve(call.arguments[1], item, second);
  if (!first.value || !second.value) return false;
  switch (call.function) {
    case Function::kAttributeType:
      return TypeName(first.value->type()) == second.value->payload();
    case Function::kBeginsWith:
      return BeginsWith(*first.value, *second.value);
    case Function::kContains:
      return Contains(*first.value, *second.value);
    default:
      return false;
  }
}

bool EvaluateIn(const std::vector<Operand>& operands, ItemView item) {
  Resolved tested;
  Resolve(operands[0], item, tested);
  return std::any_of(operands.begin() + 1, operands.end(), [&](const Operand& operand) {
    Resolved candidate;
    Resolve(operand, item, candidate);
    return Compare(Comparator::kEqual, tested.value, candidate.value);
  });
}

bool EvaluateTest(const Condition& test, ItemView item) {
  if (test.kind == Condition::Kind::kFunction) return EvaluateCall(*test.operands[0].call(), item);
  if (test.kind == Condition::Kind::kIn) return EvaluateIn(test.operands, item);
  Resolved left, right;
  Resolve(test.operands[0], item, left);
  Resolve(test.operands[1], item, right);
  if (test.kind == Condition::Kind::kComparison) return Compare(test.comparator, left.value, right.value);
  Resolved upper;
  Resolve(test.operands[2], item, upper);
  return Compare(Comparator::kGreaterOrEqual, left.value, right.value) &&
         Compare(Comparator::kLessOrEqual, left.value, upper.value);
}

void CollectFrom(const Operand& operand, std::vector<const Path*>& paths) {
  if (const Path* path = operand.path()) paths.push_back(path);
  if (const FunctionCall* call = operand.call()) {
    for (const Operand& argument : call->arguments) CollectFrom(argument, paths);
  }
  if (const Condition* condition = operand.condition()) CollectAttributes(*condition, paths);
}

}  // namespace

bool Evaluate(const Condition& condition, ItemView item) {
  const auto holds = [item](const Condition& child) { return Evaluate(child, item); };
  switch (condition.kind) {
    case Condition::Kind::kAnd:
      return std::all_of(condition.children.begin(), condition.children.end(), holds);
    case Condition::Kind::kOr:
      return std::any_of(condition.children.begin(), condition.children.end(), holds);
    case Condition::Kind::kNot:
      return !holds(condition.children[0]);
    default:
      return EvaluateTest(condition, item);
  }
}

void CollectAttributes(const Condition& condition, std::vector<const Path*>& paths) {
  for (const Condition& child : condition.children) CollectAttributes(child, paths);
  for (const Operand& operand : condition.operands) CollectFrom(operand, paths);
}

}  // namespace dynarock
