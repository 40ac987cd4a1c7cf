// Letters and digits of ASCII, and their case, whatever the locale. `unicode` has the letters of other scripts.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace dynarock {

constexpr bool IsAsciiDigit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool IsAsciiLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool IsAsciiLetterOrDigit(char c) {
  return IsAsciiLetter(c) || IsAsciiDigit(c);
}

// Bytes other than letters of ASCII are left as they are.
constexpr char AsciiLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr char AsciiUpper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// Either side may be in any case.
inline bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return x == y || AsciiLower(x) == AsciiLower(y); });
}

std::string LowerCase(std::string_view text);
std::string UpperCase(std::string_view text);

}  // namespace dynarock
