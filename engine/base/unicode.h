// Text as code points.
#pragma once

#include <cstddef>
#include <string_view>

namespace dynarock {

// The code point at the start of `text`, which it takes away.
// Requires: `text` is UTF-8 and not empty.
char32_t TakeCodePoint(std::string_view& text);

// The number of code points in UTF-8.
std::size_t CountCodePoints(std::string_view text);

// Whether the code point is a letter, a digit or a blank of any script: Unicode's categories L, N and Z.
bool IsLetterDigitOrBlank(char32_t code_point);

}  // namespace dynarock
