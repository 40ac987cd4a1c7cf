#include "engine/item/path.h"

namespace dynarock {
namespace {

std::optional<ValueView> FindElement(ValueView list, std::size_t index) {
  ValueView element;
  for (ListReader elements(list.payload()); elements.Next(element);) {
    if (index-- == 0) return element;
  }
  return std::nullopt;
}

std::optional<ValueView> Descend(ValueView value, const PathStep& step) {
  if (const auto* name = std::get_if<std::string>(&step)) {
    return value.type() == Type::kMap ? FindMember(value.payload(), *name) : std::nullopt;
  }
  return value.type() == Type::kList ? FindElement(value, std::get<std::size_t>(step)) : std::nullopt;
}

}  // namespace

std::optional<ValueView> Find(ItemView item, const Path& path) {
  if (item.empty()) return std::nullopt;
  std::optional<ValueView> value = item.Find(path.attribute);
  for (const PathStep& step : path.steps) {
    if (!value) return std::nullopt;
    value = Descend(*value, step);
  }
  return value;
}

std::string PathText(const Path& path) {
  std::string text = "[" + path.attribute;
  for (const PathStep& step : path.steps) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      text += ", " + *name;
    } else {
      text += ", [" + std::to_string(std::get<std::size_t>(step)) + "]";
    }
  }
  return text + "]";
}

}  // namespace dynarock
