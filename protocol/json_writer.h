// RapidJSON's writer with texts of our own: most hold nothing to escape, and are copied whole; and in the others each
// control character is escaped, where RapidJSON's vector code takes 0x1A to 0x1F for letters.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

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
    return EndValue(IsPlain({text, size}) ? WritePlain({text, size}) : WriteEscaped({text, size}));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool copy = false) { return String(text, size, copy); }

  // {"name":"text"}. Requires: nothing to escape in `name`.
  void ObjectOf(std::string_view name, std::string_view text) {
    if (!IsPlain(text)) {
      StartObject();
      Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
      String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
      EndObject();
      return;
    }
    Prefix(rapidjson::kObjectType);
    char* out = os_->Push(name.size() + text.size() + 7);
    *out++ = '{';
    out = Quote(out, name);
    *out++ = ':';
    out = Quote(out, text);
    *out = '}';
    EndValue(true);
  }

 private:
  // Whether JSON has the text as it is: no control characters, quotes or backslashes. Eight bytes at a time.
  static bool IsPlain(std::string_view text) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    // Not 0 if any byte of the word is below `limit`.
    const auto below = [](std::uint64_t word, unsigned limit) {
      return (word - limit * kOnes) & ~word & (0x80 * kOnes);
    };
    const auto is_plain = [&](std::uint64_t word) {
      return (below(word, ' ') | below(word ^ ('"' * kOnes), 1) | below(word ^ ('\\' * kOnes), 1)) == 0;
    };
    std::uint64_t word;
    for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
      std::memcpy(&word, text.data(), sizeof word);
      if (!is_plain(word)) return false;
    }
    word = ' ' * kOnes;
    std::memcpy(&word, text.data(), text.size());
    return is_plain(word);
  }

  static char* Quote(char* out, std::string_view text) {
    *out++ = '"';
    out = std::copy(text.begin(), text.end(), out);
    *out++ = '"';
    return out;
  }

  bool WriteEscaped(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF", kNamed = "\b\t\n\f\r\"\\", kNames = "btnfr\"\\";
    os_->Put('"');
    for (const char c : text) {
      if (const std::size_t named = kNamed.find(c); named != std::string_view::npos) {
        os_->Put('\\');
        os_->Put(kNames[named]);
      } else if (static_cast<unsigned char>(c) < ' ') {
        for (const char part : {'\\', 'u', '0', '0', c < 0x10 ? '0' : '1', kDigits[c & 0xf]}) os_->Put(part);
      } else {
        os_->Put(c);
      }
    }
    os_->Put('"');
    return true;
  }

  bool WritePlain(std::string_view text) {
    Quote(os_->Push(text.size() + 2), text);
    return true;
  }

  bool hash_map_order_ = false;
};

}  // namespace dynarock
