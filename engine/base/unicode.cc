#include "engine/base/unicode.h"

#include <algorithm>

#include "engine/base/unicode_table.h"

namespace dynarock {

char32_t TakeCodePoint(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t code_point = length == 1 ? lead : lead & (0xFFu >> (length + 1));
  for (const char c : text.substr(1, length - 1))
    code_point = (code_point << 6) | (static_cast<unsigned char>(c) & 0x3F);
  text.remove_prefix(std::min(length, text.size()));
  return code_point;
}

std::size_t CountCodePoints(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool IsLetterDigitOrBlank(char32_t code_point) {
  const auto after = std::upper_bound(kWordRanges.begin(), kWordRanges.end(), code_point,
                                      [](char32_t code, const CodePointRange& range) { return code < range.first; });
  return after != kWordRanges.begin() && code_point <= (after - 1)->last;
}

}  // namespace dynarock
