#include "engine/expression/bound.h"

#include <algorithm>

namespace dynarock {
namespace {

bool IsPlaceholder(const std::string& name) {
  return name.starts_with('#');
}

bool HasPlaceholder(const Path& path) {
  return IsPlaceholder(path.attribute) || std::any_of(path.steps.begin(), path.steps.end(), [](const PathStep& step) {
           const auto* name = std::get_if<std::string>(&step);
           return name && IsPlaceholder(*name);
         });
}

}  // namespace

void AddSlots(Condition& condition, Slots& slots) {
  for (Condition& child : condition.children) AddSlots(child, slots);
  for (Operand& operand : condition.operands) AddSlots(operand, slots);
}

void AddSlots(Operand& operand, Slots& slots) {
  if (auto* path = std::get_if<PathOperand>(&operand.form)) return AddSlots(*path, slots);
  if (auto* value = std::get_if<ValueOperand>(&operand.form)) return AddSlots(*value, slots);
  auto* call = std::get_if<Subtree<FunctionCall>>(&operand.form);
  if (!call) return;
  for (Operand& argument : (*call)->arguments) AddSlots(argument, slots);
}

void AddSlots(PathOperand& path, Slots& slots) {
  if (HasPlaceholder(path)) path.slot = slots.paths++;
}

void AddSlots(ValueOperand& value, Slots& slots) {
  if (!value.name.empty()) value.slot = slots.values++;
}

}  // namespace dynarock
