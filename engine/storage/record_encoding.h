// Records of numbered fields, for what is stored besides items; engine/database/record_fields writes structs in them.
// A field is its number (varint), its length (varint) and its bytes; unknown fields are skipped, so records can grow.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/item_bytes.h"

namespace dynarock {

class RecordWriter {
 public:
  void Bytes(std::uint32_t field, std::string_view bytes) {
    AppendVarint(out_, field);
    AppendVarint(out_, static_cast<std::uint32_t>(bytes.size()));
    out_ += bytes;
  }
  void Integer(std::uint32_t field, std::int64_t value) {
    std::string bytes;
    AppendBigEndian(bytes, static_cast<std::uint64_t>(value));
    Bytes(field, bytes);
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

// Reads fields in the order written.
class RecordReader {
 public:
  explicit RecordReader(std::string_view record) : rest_(record) {}

  // Moves to the next field; false at the end or where the record is torn (then torn()).
  bool Next();
  bool torn() const { return torn_; }
  std::uint32_t field() const { return field_; }
  std::string_view bytes() const { return bytes_; }

 private:
  bool TakeVarint(std::uint32_t& value);

  std::string_view rest_;
  std::uint32_t field_ = 0;
  std::string_view bytes_;
  bool torn_ = false;
};

}  // namespace dynarock
