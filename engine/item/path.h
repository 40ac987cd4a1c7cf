// Document paths: `a.b[3].c`.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/item/item.h"

namespace dynarock {

// A step below the attribute: a map's member or a list's element.
using PathStep = std::variant<std::string, std::size_t>;

// `attribute` and the steps below it.
struct Path {
  std::string attribute;
  std::vector<PathStep> steps;

  bool operator==(const Path&) const = default;
};

// The value at `path`, or nullopt if any step is missing or of another type.
// The view borrows from `item`.
std::optional<ValueView> Find(ItemView item, const Path& path);

// AWS's rendering in errors: "[a, b, [3], c]".
std::string PathText(const Path& path);

}  // namespace dynarock
