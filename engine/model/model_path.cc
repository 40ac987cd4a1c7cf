#include "engine/model/model_path.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dynarock::model {
namespace {

using Steps = std::vector<PathStep>;

const Value* StepInto(const Value& value, const PathStep& step) {
  if (const auto* name = std::get_if<std::string>(&step)) {
    if (value.type != Type::kMap) return nullptr;
    const auto found = value.members.find(*name);
    return found == value.members.end() ? nullptr : &found->second;
  }
  const std::size_t index = std::get<std::size_t>(step);
  if (value.type != Type::kList || index >= value.elements.size()) return nullptr;
  return &value.elements[index];
}

// What remains of those paths that start with `first`.
std::vector<Steps> Below(const std::vector<Steps>& paths, const PathStep& first) {
  std::vector<Steps> below;
  for (const Steps& path : paths) {
    if (path.front() == first) below.emplace_back(path.begin() + 1, path.end());
  }
  return below;
}

// What `paths` leave of `value`, or nullopt if that is nothing.
std::optional<Value> ProjectValue(const Value& value, const std::vector<Steps>& paths) {
  if (paths.empty()) return std::nullopt;
  for (const Steps& path : paths) {
    if (path.empty()) return value;
  }
  Value kept;
  kept.type = value.type;
  for (const auto& [name, member] : value.members) {
    if (const auto part = ProjectValue(member, Below(paths, name))) kept.members[name] = *part;
  }
  for (std::size_t i = 0; i < value.elements.size(); ++i) {
    if (const auto part = ProjectValue(value.elements[i], Below(paths, i))) kept.elements.push_back(*part);
  }
  if (kept.members.empty() && kept.elements.empty()) return std::nullopt;
  return kept;
}

}  // namespace

const Value* FindAt(const Item& item, const Path& path) {
  const auto found = item.find(path.attribute);
  const Value* value = found == item.end() ? nullptr : &found->second;
  for (const PathStep& step : path.steps) {
    if (value) value = StepInto(*value, step);
  }
  return value;
}

Value* FindAt(Item& item, const Path& path) {
  return const_cast<Value*>(FindAt(std::as_const(item), path));
}

bool HasParent(const Item& item, const Path& path) {
  if (path.steps.empty()) return true;
  Path parent = path;
  parent.steps.pop_back();
  const Value* holder = FindAt(item, parent);
  const bool is_name = std::holds_alternative<std::string>(path.steps.back());
  return holder && holder->type == (is_name ? Type::kMap : Type::kList);
}

Item Project(const Item& item, const std::vector<Path>& paths) {
  Item kept;
  for (const auto& [name, value] : item) {
    std::vector<Steps> below;
    for (const Path& path : paths) {
      if (path.attribute == name) below.push_back(path.steps);
    }
    if (const auto part = ProjectValue(value, below)) kept[name] = *part;
  }
  return kept;
}

bool Clash(const Path& one, const Path& two) {
  if (one.attribute != two.attribute) return false;
  for (std::size_t i = 0; i < std::min(one.steps.size(), two.steps.size()); ++i) {
    if (one.steps[i].index() != two.steps[i].index()) return true;
    if (one.steps[i] != two.steps[i]) return false;
  }
  return true;
}

bool AnyClash(const std::vector<Path>& paths) {
  for (std::size_t two = 0; two < paths.size(); ++two) {
    for (std::size_t one = 0; one < two; ++one) {
      if (Clash(paths[one], paths[two])) return true;
    }
  }
  return false;
}

}  // namespace dynarock::model
