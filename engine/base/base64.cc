#include "engine/base/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace dynarock {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

// 0 to 63; -1 if `c` is not in the alphabet.
int ValueOf(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

}  // namespace

Base64Fault FindBase64Fault(std::string_view text) {
  if (text.size() % 4 != 0) return Base64Fault::kLength;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const std::string_view digits = text.substr(0, text.size() - padding);
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return ValueOf(c) >= 0; }))
    return Base64Fault::kCharacter;
  if (padding == 0) return Base64Fault::kNone;
  return (ValueOf(digits.back()) & (padding == 1 ? 3 : 15)) == 0 ? Base64Fault::kNone : Base64Fault::kSpareBits;
}

std::string DecodeBase64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = (bits << 6) | static_cast<std::uint32_t>(ValueOf(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count));
  }
  return bytes;
}

char* WriteBase64(char* out, std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return std::uint32_t{static_cast<unsigned char>(bytes[at])}; };
  const auto write = [&](std::uint32_t bits, std::size_t count) {
    for (std::size_t digit = 0; digit < 4; ++digit) {
      *out++ = digit < count ? kAlphabet[(bits >> (18 - 6 * digit)) & 63] : '=';
    }
  };
  for (; bytes.size() >= 3; bytes.remove_prefix(3)) write(byte(0) << 16 | byte(1) << 8 | byte(2), 4);
  if (bytes.size() == 2) write(byte(0) << 16 | byte(1) << 8, 3);
  if (bytes.size() == 1) write(byte(0) << 16, 2);
  return out;
}

void AppendBase64(std::string& out, std::string_view bytes) {
  const std::size_t begin = out.size();
  out.resize(begin + Base64Size(bytes.size()));
  WriteBase64(out.data() + begin, bytes);
}

std::string EncodeBase64(std::string_view bytes) {
  std::string text;
  AppendBase64(text, bytes);
  return text;
}

}  // namespace dynarock
