#include "engine/base/percent_encoding.h"

#include <algorithm>

#include "engine/base/ascii.h"
#include "engine/base/hex.h"

namespace dynarock {
namespace {

bool IsUnreserved(char c) {
  return IsAsciiLetterOrDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string PercentEncoded(std::string_view text, char kept) {
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c) || (kept != '\0' && c == kept)) {
      encoded += c;
    } else {
      encoded += PercentEncodedByte(c);
    }
  }
  return encoded;
}

std::string PercentEncodedByte(char byte) {
  return "%" + UpperHex({&byte, 1});
}

std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const int high = text.size() > 2 && text[0] == '%' ? HexDigitValue(text[1]) : -1;
    const int low = high >= 0 ? HexDigitValue(text[2]) : -1;
    decoded += low >= 0 ? static_cast<char>(high * 16 + low) : text[0];
    text.remove_prefix(low >= 0 ? 3 : 1);
  }
  return decoded;
}

std::string FormDecoded(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return PercentDecoded(spaced);
}

}  // namespace dynarock
