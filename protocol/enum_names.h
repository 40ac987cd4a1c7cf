// The names of an enum's values on the wire: one list for checking, reading and writing them.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace dynarock {

template <class Enum>
struct NamedValue {
  std::string_view name;
  Enum value;
};

template <class Enum, std::size_t kSize>
struct EnumNames {
  std::array<std::string_view, kSize> names{};  // in the order of AWS's messages
  std::array<Enum, kSize> values{};

  constexpr std::optional<Enum> ValueOf(std::string_view name) const {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return values[static_cast<std::size_t>(found - names.begin())];
  }

  // Requires: a value that has a name.
  constexpr std::string_view NameOf(Enum value) const {
    return names[static_cast<std::size_t>(std::find(values.begin(), values.end(), value) - values.begin())];
  }
};

template <class Enum, std::size_t kSize>
constexpr EnumNames<Enum, kSize> Names(const NamedValue<Enum> (&named)[kSize]) {
  EnumNames<Enum, kSize> names;
  for (std::size_t i = 0; i < kSize; ++i) {
    names.names[i] = named[i].name;
    names.values[i] = named[i].value;
  }
  return names;
}

// template <> inline constexpr auto kNamesOf<Color> = Names<Color>({{"RED", Color::kRed}, ...});
template <class Enum>
inline constexpr auto kNamesOf = nullptr;

template <class Enum>
constexpr std::string_view NameOf(Enum value) {
  return kNamesOf<Enum>.NameOf(value);
}

}  // namespace dynarock
