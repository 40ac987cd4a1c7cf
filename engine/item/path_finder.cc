#include "engine/item/path_finder.h"

#include <algorithm>

namespace dynarock {
namespace {

bool IsLess(const Path* one, const Path* two) {
  const int order = one->attribute.compare(two->attribute);
  return order != 0 ? order < 0 : one->steps < two->steps;
}

// The name that the path has at `depth`, where 0 is the attribute.
std::string_view NameAt(const Path& path, std::size_t depth) {
  return depth == 0 ? std::string_view(path.attribute) : std::get<std::string>(path.steps[depth - 1]);
}

std::size_t IndexAt(const Path& path, std::size_t depth) {
  return std::get<std::size_t>(path.steps[depth - 1]);
}

bool HasNameAt(const Path& path, std::size_t depth) {
  return depth == 0 || std::holds_alternative<std::string>(path.steps[depth - 1]);
}

}  // namespace

PathFinder::PathFinder(const std::vector<const Path*>& paths) : paths_(paths) {
  std::sort(paths_.begin(), paths_.end(), IsLess);
}

std::optional<ValueView> PathFinder::Found::At(const Path& path) const {
  const auto found = std::lower_bound(values_.begin(), values_.end(), &path, [](const auto& entry, const Path* wanted) {
    return std::less<>()(entry.first, wanted);
  });
  if (found == values_.end() || found->first != &path) return std::nullopt;
  return found->second;
}

PathFinder::Found PathFinder::FindIn(ItemView item) const {
  Found found;
  if (item.empty()) return found;
  FindMembers({paths_.begin(), paths_.end()}, 0, item.members(), found);
  std::sort(found.values_.begin(), found.values_.end(),
            [](const auto& one, const auto& two) { return std::less<>()(one.first, two.first); });
  return found;
}

// `paths` agree in all that leads to `value`, which the names and indexes before `depth` name.
void PathFinder::FindBelow(Range paths, std::size_t depth, ValueView value, Found& found) {
  for (; paths.begin != paths.end && (*paths.begin)->steps.size() + 1 == depth; ++paths.begin) {
    found.values_.emplace_back(*paths.begin, value);
  }
  if (paths.begin == paths.end) return;
  const auto indexes =
      std::partition_point(paths.begin, paths.end, [depth](const Path* path) { return HasNameAt(*path, depth); });
  if (value.type() == Type::kMap) FindMembers({paths.begin, indexes}, depth, value.payload(), found);
  if (value.type() == Type::kList) FindElements({indexes, paths.end}, depth, value.payload(), found);
}

// Requires: all paths have a name at `depth`.
void PathFinder::FindMembers(Range paths, std::size_t depth, std::string_view payload, Found& found) {
  std::string_view name;
  ValueView value;
  for (MapReader members(payload); paths.begin != paths.end && members.Next(name, value);) {
    const int order = NameAt(**paths.begin, depth).compare(name);
    if (order > 0) continue;
    if (order < 0) {
      paths.begin =
          std::partition_point(paths.begin, paths.end, [&](const Path* path) { return NameAt(*path, depth) < name; });
    }
    auto end = paths.begin;
    while (end != paths.end && NameAt(**end, depth) == name) ++end;
    if (end != paths.begin) FindBelow({paths.begin, end}, depth + 1, value, found);
    paths.begin = end;
  }
}

// Requires: all paths have an index at `depth`.
void PathFinder::FindElements(Range paths, std::size_t depth, std::string_view payload, Found& found) {
  ValueView element;
  std::size_t index = 0;
  for (ListReader elements(payload); paths.begin != paths.end && elements.Next(element); ++index) {
    auto end = paths.begin;
    while (end != paths.end && IndexAt(**end, depth) == index) ++end;
    if (end != paths.begin) FindBelow({paths.begin, end}, depth + 1, element, found);
    paths.begin = end;
  }
}

}  // namespace dynarock
