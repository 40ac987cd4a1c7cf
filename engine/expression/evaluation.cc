#include "engine/expression/evaluation.h"

#include <algorithm>

namespace dynarock {
namespace {

constexpr std::size_t kLargeValue = 1024;  // bytes
constexpr int kOften = 4;                  // so many walks cost about as much as sorting

// Characters as AWS counts them: UTF-16 code units. Observed: conformance/cases/conditions/size_of_text.case
std::uint64_t Utf16Length(std::string_view text) {
  std::uint64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0) == 0x80;
    units += continues ? 0 : byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::optional<std::uint64_t> Measure(ValueView value) {
  switch (value.type()) {
    case Type::kString:
      return Utf16Length(value.payload());
    case Type::kBinary:
      return value.payload().size();
    case Type::kNumber:
    case Type::kBool:
    case Type::kNull:
      return std::nullopt;
    default:
      return ElementCount(value);
  }
}

bool ListContains(ValueView list, std::string_view wanted) {
  ValueView element;
  for (ListReader elements(list.payload()); elements.Next(element);) {
    if (element.bytes() == wanted) return true;
  }
  return false;
}

std::vector<std::string_view> SortedElements(ValueView container) {
  std::vector<std::string_view> elements;
  elements.reserve(ElementCount(container));
  if (container.type() == Type::kList) {
    ValueView element;
    for (ListReader reader(container.payload()); reader.Next(element);) elements.push_back(element.bytes());
    std::sort(elements.begin(), elements.end());
  } else {
    std::string_view element;
    for (SetReader reader(container.payload()); reader.Next(element);) elements.push_back(element);
  }
  return elements;
}

}  // namespace

Subject::Known& Subject::Of(ValueView value) const {
  if (!known_) known_ = std::make_unique<KnownValues>();
  return (*known_)[value.bytes().data()];
}

std::optional<std::uint64_t> Subject::SizeOf(ValueView value) const {
  if (value.payload().size() < kLargeValue) return Measure(value);
  Known& known = Of(value);
  if (!known.size) known.size = Measure(value);
  return known.size;
}

bool Subject::HasElement(ValueView container, std::string_view element) const {
  const auto walk = [&] {
    return container.type() == Type::kList ? ListContains(container, element) : SetContains(container, element);
  };
  if (container.payload().size() < kLargeValue) return walk();
  Known& known = Of(container);
  if (known.asked++ < kOften) return walk();
  if (known.elements.empty()) known.elements = SortedElements(container);
  return std::binary_search(known.elements.begin(), known.elements.end(), element);
}

}  // namespace dynarock
