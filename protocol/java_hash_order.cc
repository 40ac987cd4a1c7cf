#include "protocol/java_hash_order.h"

#include <algorithm>
#include <numeric>

namespace dynarock {
namespace {

constexpr std::size_t kDefaultCapacity = 16;

// The code point that `text` begins with, which is taken off it.
std::uint32_t TakeCodePoint(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  std::uint32_t point = size == 1 ? lead : lead & (0x7fU >> size);
  for (const char c : text.substr(1, size - 1)) point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  text.remove_prefix(std::min(size, text.size()));
  return point;
}

}  // namespace

std::uint32_t JavaHashCode(std::string_view text) {
  std::uint32_t code = 0;
  while (!text.empty()) {
    const std::uint32_t point = TakeCodePoint(text);
    if (point < 0x10000) {
      code = code * 31 + point;
    } else {
      code = code * 31 + (0xd7c0 + (point >> 10));
      code = code * 31 + (0xdc00 + (point & 0x3ff));
    }
  }
  return code;
}

std::vector<std::size_t> HashMapOrder(const std::vector<std::string_view>& names) {
  std::size_t capacity = kDefaultCapacity;
  while (names.size() * 4 > capacity * 3) capacity *= 2;
  std::vector<std::size_t> buckets;
  for (const std::string_view name : names) {
    const std::uint32_t code = JavaHashCode(name);
    buckets.push_back((code ^ code >> 16) & (capacity - 1));
  }
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return buckets[a] < buckets[b]; });
  return order;
}

}  // namespace dynarock
