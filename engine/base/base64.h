// Bytes as Base64 with padding and no line breaks (RFC 4648, 4).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dynarock {

enum class Base64Fault {
  kNone,
  kLength,     // not a multiple of 4
  kCharacter,  // one that is not in the alphabet, or '=' before the end
  kSpareBits,  // the last character has bits that no byte takes; many decoders ignore them
};

Base64Fault FindBase64Fault(std::string_view text);

// Requires: no fault but kSpareBits.
std::string DecodeBase64(std::string_view text);

constexpr std::size_t Base64Size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Writes Base64Size(bytes.size()) characters and returns their end.
char* WriteBase64(char* out, std::string_view bytes);
void AppendBase64(std::string& out, std::string_view bytes);
std::string EncodeBase64(std::string_view bytes);

}  // namespace dynarock
