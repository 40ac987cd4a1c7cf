#include "engine/base/uuid.h"

#include <array>
#include <random>

#include "engine/base/hex.h"

namespace dynarock {

std::string NewUuid() {
  std::random_device random;
  std::array<char, 16> bytes;
  for (char& byte : bytes) byte = static_cast<char>(random());
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  return UuidText({bytes.data(), bytes.size()});
}

std::string UuidText(std::string_view bytes) {
  constexpr std::size_t kBytes = 16;
  std::string text = LowerHex(bytes.substr(0, kBytes));
  for (const std::size_t dash : {8, 13, 18, 23}) text.insert(dash, 1, '-');
  return text;
}

}  // namespace dynarock
