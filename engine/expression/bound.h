// A tree and what its names and values stand for in one request. The tree is never changed: many requests share it.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/expression/ast.h"

namespace dynarock {

// How many slots the operands of a tree have.
struct Slots {
  std::uint32_t paths = 0;   // of paths with `#names`
  std::uint32_t values = 0;  // of `:values`
};

// Gives each operand of the tree that has placeholders a slot.
void AddSlots(Condition& condition, Slots& slots);
void AddSlots(Operand& operand, Slots& slots);
void AddSlots(PathOperand& path, Slots& slots);
void AddSlots(ValueOperand& value, Slots& slots);

// What the slots stand for. Values borrow from the request.
class Bindings {
 public:
  Bindings() = default;
  explicit Bindings(Slots slots) : paths_(slots.paths), values_(slots.values) {}

  // An operand without placeholders says all itself. The path lives as long as the operand and the bindings.
  const Path& Of(const PathOperand& path) const { return path.slot == kNoSlot ? path : paths_[path.slot]; }
  ValueView Of(const ValueOperand& value) const { return value.slot == kNoSlot ? value.value : values_[value.slot]; }

  // Requires: the operand has a slot.
  Path& At(const PathOperand& path) { return paths_[path.slot]; }
  ValueView& At(const ValueOperand& value) { return values_[value.slot]; }

 private:
  std::vector<Path> paths_;
  std::vector<ValueView> values_;
};

// A tree as it was parsed, with slots.
template <class Tree>
struct ParsedTree {
  Tree tree;
  Slots slots;
};

template <class Tree>
class Bound {
 public:
  using Shared = std::shared_ptr<const ParsedTree<Tree>>;

  Bound() = default;  // an empty tree
  // A tree without placeholders, made for one request.
  Bound(Tree tree)  // NOLINT(google-explicit-constructor): such a tree is a bound one
      : shared_(std::make_shared<const ParsedTree<Tree>>(ParsedTree<Tree>{std::move(tree), {}})) {}
  // Nothing is bound yet.
  explicit Bound(Shared shared) : shared_(std::move(shared)), bindings_(shared_->slots) {}

  const Tree& tree() const { return shared_ ? shared_->tree : Empty(); }
  const Bindings& bindings() const { return bindings_; }
  Bindings& bindings() { return bindings_; }

  const Path& Of(const PathOperand& path) const { return bindings_.Of(path); }
  ValueView Of(const ValueOperand& value) const { return bindings_.Of(value); }

 private:
  static const Tree& Empty() {
    static const Tree tree;
    return tree;
  }

  Shared shared_;
  Bindings bindings_;
};

}  // namespace dynarock
