// For tests and benches: values and items as canonical bytes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/item/item.h"
#include "engine/item/number.h"

namespace dynarock {

inline std::string TextValue(std::string_view text) {
  std::string value;
  AppendScalar(value, Type::kString, text);
  return value;
}

// Requires: `digits` is a number.
inline std::string NumberValue(std::string_view digits) {
  std::string value;
  AppendScalar(value, Type::kNumber, *ParseNumber(digits));
  return value;
}

inline std::string NumberValue(std::int64_t number) {
  return NumberValue(std::to_string(number));
}

inline std::string ListValue(const std::vector<std::string>& elements) {
  std::string value;
  const std::size_t place = BeginContainer(value, Type::kList);
  for (const std::string& element : elements) value += element;
  EndContainer(value, place);
  return value;
}

// Names with the bytes of their values. A map of the standard library, since items keep the order of names.
using TestMembers = std::map<std::string, std::string>;

inline std::string MapValue(const TestMembers& members) {
  std::string value;
  const std::size_t place = BeginContainer(value, Type::kMap);
  for (const auto& [name, member] : members) {
    AppendName(value, name);
    value += member;
  }
  EndContainer(value, place);
  return value;
}

inline std::string ItemOf(const TestMembers& attributes) {
  std::string item;
  ItemBuilder builder(item);
  for (const auto& [name, value] : attributes) builder.Add(name, ValueView::Of(value));
  builder.Finish();
  return item;
}

}  // namespace dynarock
