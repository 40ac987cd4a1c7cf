// Bytes as hexadecimal digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dynarock {

inline constexpr std::string_view kLowerHexDigits = "0123456789abcdef";
inline constexpr std::string_view kUpperHexDigits = "0123456789ABCDEF";

// Two digits per byte.
std::string LowerHex(std::string_view bytes);
std::string UpperHex(std::string_view bytes);

// Nothing unless `text` is what LowerHex gives: pairs of digits, letters in lower case.
std::optional<std::string> BytesOfLowerHex(std::string_view text);

// 0 to 15 in either letter case; -1 if `c` is not a digit.
constexpr int HexDigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace dynarock
