// The item that a condition is evaluated on, and what a condition with many tests of one large item keeps of it.
#pragma once

#include <map>
#include <memory>

#include "engine/expression/bound.h"
#include "engine/item/path_finder.h"

namespace dynarock {

// Borrows all it is given.
class Subject {
 public:
  // From here on, many walks of an item cost more than one that finds all; see Evaluate.
  static constexpr std::size_t kLargeItem = 16 * 1024;  // bytes
  static constexpr std::size_t kManyPaths = 8;

  Subject(ItemView item, const Bindings& bindings) : item_(item), bindings_(bindings) {}
  // `found`: what the item has at all paths of the condition.
  Subject(ItemView item, const Bindings& bindings, const PathFinder::Found& found)
      : item_(item), bindings_(bindings), found_(&found) {}

  std::optional<ValueView> At(const PathOperand& operand) const {
    const Path& path = bindings_.Of(operand);
    return found_ ? found_->At(path) : Find(item_, path);
  }
  ValueView Of(const ValueOperand& literal) const { return bindings_.Of(literal); }

  // What size() gives; nullopt for types that have none.
  std::optional<std::uint64_t> SizeOf(ValueView value) const;

  // Whether a list has the encoded value, or a set the payload. The first few questions about a list or set cost a
  // walk of it each, later ones a binary search.
  bool HasElement(ValueView container, std::string_view element) const;

 private:
  // What is known of one value.
  struct Known {
    std::optional<std::uint64_t> size;
    int asked = 0;                           // for elements
    std::vector<std::string_view> elements;  // sorted; none before it is asked often
  };
  using KnownValues = std::map<const char*, Known>;  // by their place
  Known& Of(ValueView value) const;

  ItemView item_;
  const Bindings& bindings_;
  const PathFinder::Found* found_ = nullptr;
  mutable std::unique_ptr<KnownValues> known_;  // of large values; null before the first
};

}  // namespace dynarock
