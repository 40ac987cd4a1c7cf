#include "engine/expression/projection.h"

#include <algorithm>

namespace dynarock {

Projection::Projection(const std::vector<Path>& paths) {
  for (const Path& path : paths) {
    Node* node = &root_.members[path.attribute];
    for (const PathStep& step : path.steps) {
      if (const auto* name = std::get_if<std::string>(&step)) {
        node = &node->members[*name];
      } else {
        node = &node->elements[std::get<std::size_t>(step)];
      }
    }
    node->whole = true;
  }
}

bool Projection::Append(std::string& out, const Node& node, ValueView value) {
  if (node.whole) {
    out += value.bytes();
    return true;
  }
  const std::size_t start = out.size();
  bool found = false;
  if (value.type() == Type::kMap && !node.members.empty()) {
    const std::size_t place = BeginContainer(out, Type::kMap);
    found = AppendMembers(out, node, value.payload());
    EndContainer(out, place);
  } else if (value.type() == Type::kList && !node.elements.empty()) {
    const std::size_t place = BeginContainer(out, Type::kList);
    found = AppendElements(out, node, value.payload());
    EndContainer(out, place);
  }
  if (!found) out.resize(start);
  return found;
}

bool Projection::AppendMembers(std::string& out, const Node& node, std::string_view payload) {
  bool any = false;
  std::string_view name;
  ValueView value;
  MapReader members(payload);
  bool has_member = members.Next(name, value);
  // Both are sorted by name.
  for (auto child = node.members.begin(); has_member && child != node.members.end();) {
    const int order = name.compare(child->first);
    if (order == 0) {
      const std::size_t start = out.size();
      AppendName(out, name);
      if (Append(out, child->second, value)) {
        any = true;
      } else {
        out.resize(start);
      }
    }
    if (order >= 0) ++child;
    if (order <= 0) has_member = members.Next(name, value);
  }
  return any;
}

bool Projection::AppendElements(std::string& out, const Node& node, std::string_view payload) {
  bool any = false;
  ValueView element;
  std::size_t index = 0;
  for (ListReader elements(payload); elements.Next(element); ++index) {
    const auto child = node.elements.find(index);
    if (child != node.elements.end() && Append(out, child->second, element)) any = true;
  }
  return any;
}

std::string Projection::Apply(ItemView item) const {
  std::string out;
  constexpr std::size_t kUsualSize = 256;  // bytes, so that most are one allocation
  out.reserve(std::min(item.bytes().size(), kUsualSize));
  ItemBuilder builder(out);
  AppendMembers(out, root_, item.members());
  builder.Finish();
  return out;
}

}  // namespace dynarock
