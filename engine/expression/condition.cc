#include "engine/expression/condition.h"

#include <algorithm>
#include <cstring>

#include "engine/expression/evaluation.h"
#include "engine/item/number.h"

namespace dynarock {
namespace {

// A value found in the item or given, or made by size() and kept here.
struct Resolved {
  std::optional<ValueView> value;
  std::string made;
};

bool Holds(const Condition& condition, const Subject& subject);

// Fills `resolved`, in place because `value` may borrow from `made`.
void Resolve(const Operand& operand, const Subject& subject, Resolved& resolved) {
  if (const ValueOperand* literal = operand.value()) {
    resolved.value = subject.Of(*literal);
  } else if (const PathOperand* path = operand.path()) {
    resolved.value = subject.At(*path);
  } else if (const Condition* condition = operand.condition()) {
    AppendBool(resolved.made, Holds(*condition, subject));
    resolved.value = ValueView::Of(resolved.made);
  } else {
    Resolved argument;
    Resolve(operand.call()->arguments[0], subject, argument);
    if (!argument.value) return;
    const auto size = subject.SizeOf(*argument.value);
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

// Linear in both texts, as the library's search is and std::string_view's is not.
bool HasPart(std::string_view text, std::string_view part) {
  return part.size() <= text.size() && memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

bool Contains(const Subject& subject, ValueView container, ValueView wanted) {
  if (container.type() == Type::kList) return subject.HasElement(container, wanted.bytes());
  if (IsSet(container.type())) {
    return ElementType(container.type()) == wanted.type() && subject.HasElement(container, wanted.payload());
  }
  if (container.type() != wanted.type()) return false;
  if (container.type() != Type::kString && container.type() != Type::kBinary) return false;
  return HasPart(container.payload(), wanted.payload());
}

bool EvaluateCall(const FunctionCall& call, const Subject& subject) {
  Resolved first, second;
  Resolve(call.arguments[0], subject, first);
  if (call.function == Function::kAttributeExists) return first.value.has_value();
  if (call.function == Function::kAttributeNotExists) return !first.value.has_value();
  Resolve(call.arguments[1], subject, second);
  if (!first.value || !second.value) return false;
  switch (call.function) {
    case Function::kAttributeType:
      return TypeName(first.value->type()) == second.value->payload();
    case Function::kBeginsWith:
      return BeginsWith(*first.value, *second.value);
    case Function::kContains:
      return Contains(subject, *first.value, *second.value);
    default:
      return false;
  }
}

bool EvaluateIn(const std::vector<Operand>& operands, const Subject& subject) {
  Resolved tested;
  Resolve(operands[0], subject, tested);
  if (!tested.value) return false;
  return std::any_of(operands.begin() + 1, operands.end(), [&](const Operand& operand) {
    if (const ValueOperand* literal = operand.value()) return *tested.value == subject.Of(*literal);
    Resolved candidate;
    Resolve(operand, subject, candidate);
    return Compare(Comparator::kEqual, tested.value, candidate.value);
  });
}

bool EvaluateTest(const Condition& test, const Subject& subject) {
  if (test.kind == Condition::Kind::kFunction) return EvaluateCall(*test.operands[0].call(), subject);
  if (test.kind == Condition::Kind::kIn) return EvaluateIn(test.operands, subject);
  Resolved left, right;
  Resolve(test.operands[0], subject, left);
  Resolve(test.operands[1], subject, right);
  if (test.kind == Condition::Kind::kComparison) return Compare(test.comparator, left.value, right.value);
  Resolved upper;
  Resolve(test.operands[2], subject, upper);
  return Compare(Comparator::kGreaterOrEqual, left.value, right.value) &&
         Compare(Comparator::kLessOrEqual, left.value, upper.value);
}

using Paths = std::vector<const Path*>;

void Collect(const Condition& condition, const Bindings& bindings, Paths& paths);

void Collect(const Operand& operand, const Bindings& bindings, Paths& paths) {
  if (const PathOperand* path = operand.path()) paths.push_back(&bindings.Of(*path));
  if (const FunctionCall* call = operand.call()) {
    for (const Operand& argument : call->arguments) Collect(argument, bindings, paths);
  }
  if (const Condition* condition = operand.condition()) Collect(*condition, bindings, paths);
}

void Collect(const Condition& condition, const Bindings& bindings, Paths& paths) {
  for (const Condition& child : condition.children) Collect(child, bindings, paths);
  for (const Operand& operand : condition.operands) Collect(operand, bindings, paths);
}

bool Holds(const Condition& condition, const Subject& subject) {
  const auto holds = [&subject](const Condition& child) { return Holds(child, subject); };
  switch (condition.kind) {
    case Condition::Kind::kAnd:
      return std::all_of(condition.children.begin(), condition.children.end(), holds);
    case Condition::Kind::kOr:
      return std::any_of(condition.children.begin(), condition.children.end(), holds);
    case Condition::Kind::kNot:
      return !holds(condition.children[0]);
    default:
      return EvaluateTest(condition, subject);
  }
}

std::size_t CostIn(const Condition& condition, const Bindings& bindings);

std::size_t CostOfOperand(const Operand& operand, const Bindings& bindings) {
  constexpr std::size_t kBytesOfUnit = 16;
  std::size_t cost = 1;
  if (const ValueOperand* literal = operand.value()) cost += bindings.Of(*literal).bytes().size() / kBytesOfUnit;
  if (const FunctionCall* call = operand.call()) {
    for (const Operand& argument : call->arguments) cost += CostOfOperand(argument, bindings);
  }
  if (const Condition* condition = operand.condition()) cost += CostIn(*condition, bindings);
  return cost;
}

std::size_t CostIn(const Condition& condition, const Bindings& bindings) {
  std::size_t cost = 1;
  for (const Condition& child : condition.children) cost += CostIn(child, bindings);
  if (condition.kind != Condition::Kind::kIn) {
    for (const Operand& operand : condition.operands) cost += CostOfOperand(operand, bindings);
    return cost;
  }
  // A literal candidate costs a comparison of lengths.
  constexpr std::size_t kLiteralsOfUnit = 8;
  std::size_t literals = 0;
  for (const Operand& operand : condition.operands) {
    operand.value() ? ++literals : cost += CostOfOperand(operand, bindings);
  }
  cost += literals / kLiteralsOfUnit;
  return cost;
}

bool EvaluateWith(const Condition& condition, const Bindings& bindings, ItemView item) {
  if (item.bytes().size() < Subject::kLargeItem) [[likely]]
    return Holds(condition, Subject(item, bindings));
  Paths paths;
  Collect(condition, bindings, paths);
  if (paths.size() < Subject::kManyPaths) return Holds(condition, Subject(item, bindings));
  const PathFinder::Found found = PathFinder(paths).FindIn(item);
  return Holds(condition, Subject(item, bindings, found));
}

}  // namespace

bool Evaluate(const Bound<Condition>& condition, ItemView item) {
  return EvaluateWith(condition.tree(), condition.bindings(), item);
}

bool Evaluate(const Condition& condition, ItemView item) {
  return EvaluateWith(condition, Bindings(), item);
}

std::size_t CostOf(const Bound<Condition>& condition) {
  return CostIn(condition.tree(), condition.bindings());
}

void CollectAttributes(const Bound<Condition>& condition, std::vector<const Path*>& paths) {
  Collect(condition.tree(), condition.bindings(), paths);
}

void CollectAttributes(const Condition& condition, std::vector<const Path*>& paths) {
  Collect(condition, Bindings(), paths);
}

}  // namespace dynarock
