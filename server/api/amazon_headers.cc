#include "server/api/amazon_headers.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>

namespace dynarock {

std::string NewRequestId() {
  thread_local std::mt19937_64 random(std::random_device{}());
  constexpr std::uint64_t kEachByte = 0x0101010101010101;
  std::string id(52, '0');
  for (std::size_t i = 0; i < id.size(); i += sizeof(std::uint64_t)) {
    // Eight digits below 32 at once; those above 9 are letters.
    const std::uint64_t digits = random() & (kEachByte * 0x1f);
    const std::uint64_t letters = ((digits + kEachByte * (0x80 - 10)) & (kEachByte * 0x80)) >> 7;
    const std::uint64_t text = digits + kEachByte * '0' + letters * ('A' - '0' - 10);
    std::memcpy(id.data() + i, &text, std::min(sizeof text, id.size() - i));
  }
  return id;
}

void AppendAmazonHeaders(std::string_view body, std::string& out) {
  out += "x-amzn-RequestId: ";
  out += NewRequestId();
  out += "\r\nx-amz-crc32: ";
  out += std::to_string(libdeflate_crc32(0, body.data(), body.size()));
  out += "\r\n";
}

}  // namespace dynarock
