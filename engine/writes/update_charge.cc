#include "engine/writes/update_charge.h"

#include "engine/base/limits.h"
#include "engine/item/size.h"

namespace dynarock {
namespace {

constexpr std::size_t kUpdate = 3;
constexpr std::size_t kWrite = 19;    // SET and ADD
constexpr std::size_t kTakeAway = 1;  // REMOVE and DELETE
constexpr std::size_t kTargetStep = 4;
constexpr std::size_t kOperandPath = 1, kOperandStep = 14;
constexpr std::size_t kPlus = 34, kMinus = 37, kIfNotExists = 39, kListAppend = 37;

// Bytes of a name, digits of an index.
std::size_t SizeOf(const PathStep& step) {
  if (const auto* name = std::get_if<std::string>(&step)) return name->size();
  return std::to_string(std::get<std::size_t>(step)).size();
}

std::size_t ChargeOfTarget(const Path& path) {
  std::size_t charge = path.attribute.size();
  for (const PathStep& step : path.steps) charge += kTargetStep + SizeOf(step);
  return charge;
}

std::size_t ChargeOf(const Operand& operand, const Bindings& bindings) {
  if (const ValueOperand* value = operand.value()) return BilledSize(bindings.Of(*value));
  std::size_t charge = 0;
  if (operand.path()) {
    const Path& path = bindings.Of(*operand.path());
    charge = kOperandPath + kOperandStep + path.attribute.size();
    for (const PathStep& step : path.steps) charge += kOperandStep + SizeOf(step);
  } else if (const FunctionCall* call = operand.call()) {
    charge = call->function == Function::kListAppend ? kListAppend : kIfNotExists;
    for (const Operand& argument : call->arguments) {
      charge += ChargeOf(argument, bindings);
      if (charge > kMaxItemSize) break;
    }
  }
  return charge;
}

std::size_t ChargeOf(const SetValue& value, const Bindings& bindings) {
  if (!value.right) return ChargeOf(value.left, bindings);
  const bool adds = value.arithmetic == SetValue::Arithmetic::kPlus;
  return (adds ? kPlus : kMinus) + ChargeOf(value.left, bindings) + ChargeOf(*value.right, bindings);
}

}  // namespace

std::size_t ChargeOf(const Bound<Update>& update) {
  std::size_t charge = kUpdate;
  for (const UpdateAction& action : update.tree().actions) {
    if (charge > kMaxItemSize) break;
    charge += ChargeOfTarget(update.Of(action.path));
    switch (action.kind) {
      case UpdateAction::Kind::kSet:
        charge += kWrite + ChargeOf(action.value, update.bindings());
        break;
      case UpdateAction::Kind::kAdd:
        charge += kWrite + BilledSize(update.Of(action.operand));
        break;
      case UpdateAction::Kind::kRemove:
      case UpdateAction::Kind::kDelete:
        charge += kTakeAway;
        break;
    }
  }
  return charge;
}

}  // namespace dynarock
