#include "tools/fuzz/targets/expression_input.h"

#include <algorithm>
#include <array>

#include "protocol/attribute_value.h"

namespace dynarock::fuzz {
namespace {

constexpr std::array<std::string_view, 8> kNames = {"v", "a", "b", "l", "m", "pk", "ss", "a.b"};

constexpr const char* kItem =
    R"({"a":{"N":"1"},"a.b":{"S":"dotted"},"b":{"B":"bQ=="},"l":{"L":[{"S":"m"},{"N":"5"},{"L":[{"N":"1"}]}]},)"
    R"("m":{"M":{"a":{"N":"2"},"l":{"L":[{"N":"1"},{"N":"2"}]},"m":{"M":{"x":{"S":"y"}}}}},"n":{"NS":["1","2"]},)"
    R"("nil":{"NULL":true},"ok":{"BOOL":true},"pk":{"S":"key"},"ss":{"SS":["a","b","m"]},"v":{"S":"message"}})";

constexpr const char* kValues =
    R"({"a":{"S":"m"},"b":{"N":"5"},"c":{"B":"bQ=="},"d":{"BOOL":true},"e":{"NULL":true},"f":{"L":[{"N":"5"}]},)"
    R"("g":{"M":{"x":{"S":"y"}}},"h":{"SS":["a","m"]},"i":{"NS":["1","5"]},"j":{"BS":["bQ=="]},"k":{"S":"S"},"l":{"S":""}})";

std::string ItemOf(const char* json) {
  return DecodeItem(*JsonText(json).json()).bytes;
}

const std::vector<std::string>& Values() {
  static const std::vector<std::string> values = [] {
    std::vector<std::string> found;
    const std::string item = ItemOf(kValues);
    std::string_view name;
    ValueView value;
    for (MapReader members(ItemView(item).members()); members.Next(name, value);) found.emplace_back(value.bytes());
    return found;
  }();
  return values;
}

bool IsPlaceholderCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A number that depends on the bytes alone, on every machine.
std::size_t Choice(std::string_view text, std::size_t count) {
  std::size_t sum = 0;
  for (const char c : text) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum % count;
}

}  // namespace

ExpressionInput::ExpressionInput(std::string_view text) : text_(text) {
  for (std::size_t start = 0; start < text.size(); ++start) {
    if (text[start] != '#' && text[start] != ':') continue;
    std::size_t end = start + 1;
    while (end < text.size() && IsPlaceholderCharacter(text[end])) ++end;
    if (end > start + 1) AddPlaceholder(text.substr(start, end - start));
  }
}

void ExpressionInput::AddPlaceholder(std::string_view placeholder) {
  const auto is_known = [&](const auto& list) {
    return std::any_of(list.begin(), list.end(), [&](const auto& known) { return known.placeholder == placeholder; });
  };
  if (placeholder[0] == '#') {
    if (!attributes_.names) attributes_.names.emplace();
    if (is_known(*attributes_.names)) return;
    attributes_.names->push_back({placeholder, kNames[Choice(placeholder, kNames.size())]});
  } else {
    if (!attributes_.values) attributes_.values.emplace();
    if (is_known(*attributes_.values)) return;
    attributes_.values->push_back({placeholder, Values()[Choice(placeholder, Values().size())], {}});
  }
}

ItemView SampleItem() {
  static const std::string item = ItemOf(kItem);
  return ItemView(item);
}

}  // namespace dynarock::fuzz
