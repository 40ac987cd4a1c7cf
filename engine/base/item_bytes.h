// The byte-level pieces of canonical item bytes: type tags, varints and fixed-width integers.
// engine/item/README.md gives the whole format.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace dynarock {

// Tag of a value; the numbers are part of the format on disk.
enum class Type : std::uint8_t {
  kString = 1,
  kNumber = 2,
  kBinary = 3,
  kBool = 4,
  kNull = 5,
  kMap = 6,
  kList = 7,
  kStringSet = 8,
  kNumberSet = 9,
  kBinarySet = 10,
};

inline constexpr bool IsContainer(Type type) {
  return type >= Type::kMap;
}
inline constexpr bool IsSet(Type type) {
  return type >= Type::kStringSet;
}

// DynamoDB's name of a type: "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS".
std::string_view TypeName(Type type);

inline void AppendVarint(std::string& out, std::uint32_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

// Reads a varint and moves `pos` behind it. Requires: bytes written by AppendVarint.
inline std::uint32_t ReadVarint(const char*& pos) {
  std::uint32_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(*pos++);
    value |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

// Little endian.
inline void WriteFixed32(char* out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<char>(value >> (8 * i));
}

inline std::uint32_t ReadFixed32(const char* in) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(in[i])) << (8 * i);
  return value;
}

// Big endian, so that byte order is number order.
template <class Unsigned>
void AppendBigEndian(std::string& out, Unsigned value) {
  for (std::size_t i = sizeof(Unsigned); i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i)));
}

template <class Unsigned>
Unsigned ReadBigEndian(const char* in) {
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    value = static_cast<Unsigned>((value << 8) | static_cast<std::uint8_t>(in[i]));
  }
  return value;
}

}  // namespace dynarock
