// UpdateExpression: what an update does, and what it makes of an item.
#pragma once

#include "engine/expression/binder.h"
#include "engine/expression/parser.h"
#include "engine/item/edit.h"
#include "engine/item/path_finder.h"

namespace dynarock {

// `left`, `left + right` or `left - right`.
struct SetValue {
  enum class Arithmetic { kNone, kPlus, kMinus };
  Operand left;
  Arithmetic arithmetic = Arithmetic::kNone;
  std::optional<Operand> right;
};

// One action on one place.
struct UpdateAction {
  enum class Kind { kSet, kRemove, kAdd, kDelete };
  Kind kind = Kind::kSet;
  PathOperand path;
  SetValue value;        // of kSet
  ValueOperand operand;  // of kAdd and kDelete
};

struct Update {
  std::vector<UpdateAction> actions;
  bool is_legacy = false;  // made of AttributeUpdates, whose errors have other words
};

// Text to actions, validated and bound.
// Errors: kRequestValidation, without "Invalid UpdateExpression: ".
Result<Bound<Update>> CompileUpdate(std::string_view expression, Binder& binder);

// The rules that need the values: overlapping paths, then types and numbers of operands.
// Errors: kRequestValidation. Requires: names and values are bound.
Result<void> CheckBoundUpdate(const Update& update, const Bindings& bindings = {});

// "Item size to update has exceeded the maximum allowed size"
ApiError UpdatedItemTooLarge();

// The places an operand reads, from the left.
void CollectPaths(const Operand& operand, const Bindings& bindings, std::vector<const Path*>& paths);

// What the actions make of `item`; all values are those before the update.
// Errors: kValidation for a missing attribute, an operand of another type, a number out of range, and for values that
// together are larger than an item may be.
Result<std::vector<Edit>> EvaluateUpdate(const Bound<Update>& update, ItemView item);

}  // namespace dynarock
