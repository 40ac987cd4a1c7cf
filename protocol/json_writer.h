// RapidJSON's writer with texts of our own: most hold nothing to escape, and are copied whole; and in the others each
// control character is escaped, where RapidJSON's vector code takes 0x1A to 0x1F for letters.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>

#include "protocol/json_text.h"

namespace dynarock {

class JsonWriter : public rapidjson::Writer<rapidjson::StringBuffer> {
  using Base = rapidjson::Writer<rapidjson::StringBuffer>;

 public:
  using Base::Base;

  // Whether items are written in the order that Java's HashMap has of their names; see java_hash_order.h.
  void set_hash_map_order(bool is_so) { hash_map_order_ = is_so; }
  bool hash_map_order() const { return hash_map_order_; }

  // The two that RapidJSON's documents call, too; `copy` means nothing here.
  bool String(const char* text, rapidjson::SizeType size, bool copy = false) {
    static_cast<void>(copy);
    Prefix(rapidjson::kStringType);
    WriteText({text, size});
    return EndValue(true);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool copy = false) { return String(text, size, copy); }

  // An object whose text `write(buffer)` appends.
  template <class Write>
  void Object(Write write) {
    Prefix(rapidjson::kObjectType);
    write(*os_);
    EndValue(true);
  }

  // So that the next `size` bytes need no more memory.
  void Reserve(std::size_t size) { os_->Reserve(size); }

 private:
  void WriteText(std::string_view text) {
    char* out = os_->Push(text.size() + 2);
    *out++ = '"';
    const std::size_t copied = CopyPlain(out, text);
    out[copied] = '"';
    if (copied == text.size()) [[likely]]
      return;
    os_->Pop(text.size() - copied + 1);
    text.remove_prefix(copied);
    for (const char c : text) {
      if (!NeedsEscape(c)) {
        os_->Put(c);
        continue;
      }
      char* const escape = os_->Push(kLongestEscape);
      os_->Pop(kLongestEscape - static_cast<std::size_t>(WriteEscape(escape, c) - escape));
    }
    os_->Put('"');
  }

  bool hash_map_order_ = false;
};

}  // namespace dynarock
