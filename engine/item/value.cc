#include "engine/item/value.h"

#include <algorithm>

namespace dynarock {

std::optional<ValueView> FindMember(std::string_view map_payload, std::string_view wanted) {
  MapReader members(map_payload);
  std::string_view name;
  ValueView value;
  while (members.Next(name, value)) {
    const int order = name.compare(wanted);
    if (order == 0) return value;
    if (order > 0) break;
  }
  return std::nullopt;
}

std::size_t ElementCount(ValueView container) {
  std::size_t count = 0;
  std::string_view name;
  ValueView value;
  if (container.type() == Type::kMap) {
    for (MapReader reader(container.payload()); reader.Next(name, value);) ++count;
  } else if (container.type() == Type::kList) {
    for (ListReader reader(container.payload()); reader.Next(value);) ++count;
  } else {
    for (SetReader reader(container.payload()); reader.Next(name);) ++count;
  }
  return count;
}

bool SetContains(ValueView set, std::string_view wanted) {
  std::string_view element;
  for (SetReader reader(set.payload()); reader.Next(element);) {
    if (element == wanted) return true;
  }
  return false;
}

Type ElementType(Type set) {
  if (set == Type::kStringSet) return Type::kString;
  return set == Type::kNumberSet ? Type::kNumber : Type::kBinary;
}

void AppendScalar(std::string& out, Type type, std::string_view payload) {
  out.push_back(static_cast<char>(type));
  AppendVarint(out, static_cast<std::uint32_t>(payload.size()));
  out += payload;
}

void AppendBool(std::string& out, bool value) {
  const char byte = value ? 1 : 0;
  AppendScalar(out, Type::kBool, {&byte, 1});
}

void AppendNull(std::string& out) {
  AppendScalar(out, Type::kNull, {});
}

void AppendSet(std::string& out, Type type, std::vector<std::string_view>& elements) {
  std::sort(elements.begin(), elements.end());
  elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
  const std::size_t place = BeginContainer(out, type);
  for (const std::string_view element : elements) AppendName(out, element);
  EndContainer(out, place);
}

std::size_t BeginContainer(std::string& out, Type type) {
  out.push_back(static_cast<char>(type));
  const std::size_t place = out.size();
  out.append(4, '\0');
  return place;
}

void EndContainer(std::string& out, std::size_t place) {
  WriteFixed32(out.data() + place, static_cast<std::uint32_t>(out.size() - place - 4));
}

void AppendName(std::string& out, std::string_view name) {
  AppendVarint(out, static_cast<std::uint32_t>(name.size()));
  out += name;
}

int CompareScalars(ValueView left, ValueView right) {
  return left.payload().compare(right.payload());
}

}  // namespace dynarock
