// The text of a number, written where its reader wants it.
#pragma once

#include <cstddef>
#include <string_view>

namespace dynarock {

// A minus, a zero, a point, 129 zeros and 40 digits.
inline constexpr std::size_t kMaxNumberText = 172;  // bytes

// Writes what AppendNumberText appends, at most kMaxNumberText bytes, and returns its end. Damaged bytes give wrong
// digits, and no longer text.
char* WriteNumberText(char* out, std::string_view bytes);

}  // namespace dynarock
