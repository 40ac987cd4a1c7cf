#include "engine/base/hex.h"

namespace dynarock {
namespace {

std::string Hex(std::string_view bytes, std::string_view digits) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

}  // namespace

std::string LowerHex(std::string_view bytes) {
  return Hex(bytes, kLowerHexDigits);
}

std::string UpperHex(std::string_view bytes) {
  return Hex(bytes, kUpperHexDigits);
}

std::optional<std::string> BytesOfLowerHex(std::string_view text) {
  if (text.size() % 2 != 0 || text.find_first_not_of(kLowerHexDigits) != std::string_view::npos) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes += static_cast<char>(HexDigitValue(text[i]) << 4 | HexDigitValue(text[i + 1]));
  }
  return bytes;
}

}  // namespace dynarock
