// Many paths found in one walk of an item, where a walk for each would cost their product.
#pragma once

#include <functional>
#include <vector>

#include "engine/item/path.h"

namespace dynarock {

// Borrows the paths.
class PathFinder {
 public:
  // Sorts the paths: n log n.
  explicit PathFinder(const std::vector<const Path*>& paths);

  // The values that the item has at the paths; views into `item`. Costs a walk of the item, whatever the paths.
  class Found {
   public:
    // Nullopt if there is nothing. Requires: `path` is one of the finder's, by its address.
    std::optional<ValueView> At(const Path& path) const;
    // All that there is.
    const std::vector<std::pair<const Path*, ValueView>>& values() const { return values_; }

   private:
    friend class PathFinder;
    std::vector<std::pair<const Path*, ValueView>> values_;  // by address
  };
  Found FindIn(ItemView item) const;

 private:
  using Places = std::vector<const Path*>::const_iterator;
  struct Range {
    Places begin, end;
  };

  static void FindBelow(Range paths, std::size_t depth, ValueView value, Found& found);
  static void FindMembers(Range paths, std::size_t depth, std::string_view payload, Found& found);
  static void FindElements(Range paths, std::size_t depth, std::string_view payload, Found& found);

  std::vector<const Path*> paths_;  // a path before those below it; names before indexes
};

}  // namespace dynarock
