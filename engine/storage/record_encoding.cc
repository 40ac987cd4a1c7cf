#include "engine/storage/record_encoding.h"

namespace dynarock {

bool RecordReader::TakeVarint(std::uint32_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 32; shift += 7) {
    if (rest_.empty()) return false;
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool RecordReader::Next() {
  if (rest_.empty()) return false;
  std::uint32_t length = 0;
  if (!TakeVarint(field_) || !TakeVarint(length) || length > rest_.size()) {
    torn_ = true;
    rest_ = {};
    return false;
  }
  bytes_ = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return true;
}

}  // namespace dynarock
