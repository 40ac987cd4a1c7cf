#include "engine/base/uuid.h"

#include <random>

namespace dynarock {

std::string NewUuid() {
  std::random_device random;
  std::string uuid;
  constexpr char kDigits[] = "0123456789abcdef";
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) uuid += '-';
    const unsigned digit = random() & 15;
    uuid += kDigits[i == 12 ? 4 : i == 16 ? (digit & 3) | 8 : digit];
  }
  return uuid;
}

}  // namespace dynarock
