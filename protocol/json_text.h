// Texts as JSON has them: bytes that need no escape are copied sixteen at a time, and checked on the way.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/base/hex.h"

namespace dynarock {

inline constexpr std::size_t kLongestEscape = 6;  // bytes: \u001F

// Whether JSON has the byte only as an escape: control characters, quotes and backslashes.
inline bool NeedsEscape(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\';
}

// Writes the escape of `c`, at most kLongestEscape bytes, and returns its end. Requires: NeedsEscape(c).
inline char* WriteEscape(char* out, char c) {
  constexpr std::string_view kNamed = "\b\t\n\f\r\"\\", kNames = "btnfr\"\\";
  *out++ = '\\';
  if (const std::size_t named = kNamed.find(c); named != std::string_view::npos) {
    *out++ = kNames[named];
    return out;
  }
  for (const char part : {'u', '0', '0', c < 0x10 ? '0' : '1', kUpperHexDigits[static_cast<std::size_t>(c & 0xf)]})
    *out++ = part;
  return out;
}

// What CopyPlain does, plainly.
inline std::size_t CopyPlainByByte(char* out, std::string_view text) {
  std::size_t count = 0;
  for (; count < text.size() && !NeedsEscape(text[count]); ++count) out[count] = text[count];
  return count;
}

class TextBlock {
 public:
  static constexpr std::size_t kSize = 16;  // bytes

  static TextBlock Load(const char* text) {
    TextBlock block;
    std::memcpy(&block.bytes_, text, kSize);
    return block;
  }
  // Of the two halves of a shorter text, which may overlap.
  static TextBlock OfWords(std::uint64_t low, std::uint64_t high) {
    TextBlock block;
    const std::array<std::uint64_t, 2> words = {low, high};
    std::memcpy(&block.bytes_, words.data(), kSize);
    return block;
  }

  void Store(char* out) const { std::memcpy(out, &bytes_, kSize); }

  // The place of the first byte that needs an escape; kSize if there is none.
  std::size_t FirstEscape() const {
    const Bytes hits =
        static_cast<Bytes>(bytes_ < ' ') | static_cast<Bytes>(bytes_ == '"') | static_cast<Bytes>(bytes_ == '\\');
#if defined(__SSE2__)
    const auto bits = static_cast<unsigned>(_mm_movemask_epi8(reinterpret_cast<__m128i>(hits)));
    return static_cast<std::size_t>(std::countr_zero(bits | 1U << kSize));
#else
    static_assert(std::endian::native == std::endian::little);
    std::array<std::uint64_t, 2> words;
    std::memcpy(words.data(), &hits, kSize);
    const auto first = [](std::uint64_t word) { return static_cast<std::size_t>(std::countr_zero(word)) / 8; };
    return words[0] != 0 ? first(words[0]) : 8 + first(words[1]);
#endif
  }

 private:
  using Bytes [[gnu::vector_size(16)]] = unsigned char;
  Bytes bytes_;
};

// CopyPlain for fewer bytes than a block has.
inline std::size_t CopyShortPlain(char* out, std::string_view text) {
  const std::size_t size = text.size();
  const auto copy = [&]<class Word>(Word) {
    Word first, last;
    std::memcpy(&first, text.data(), sizeof first);
    std::memcpy(&last, text.data() + size - sizeof last, sizeof last);
    std::memcpy(out, &first, sizeof first);
    std::memcpy(out + size - sizeof last, &last, sizeof last);
    constexpr std::uint64_t kEach = ~std::uint64_t{0} / static_cast<Word>(~Word{0});  // repeats a word
    return TextBlock::OfWords(first * kEach, last * kEach).FirstEscape() == TextBlock::kSize;
  };
  if (size == 0) return 0;
  const bool is_plain = size >= 8 ? copy(std::uint64_t{}) : size >= 4 ? copy(std::uint32_t{}) : false;
  return is_plain ? size : CopyPlainByByte(out, text);
}

// Copies `text` up to its first byte that needs an escape, and returns how many bytes that are. What lies behind them
// in out[0, text.size()) may be written, too.
inline std::size_t CopyPlain(char* out, std::string_view text) {
  const std::size_t size = text.size();
  if (size < TextBlock::kSize) return CopyShortPlain(out, text);
  const auto copy = [&](std::size_t at) {
    const TextBlock block = TextBlock::Load(text.data() + at);
    block.Store(out + at);
    return block.FirstEscape();
  };
  const std::size_t last = size - TextBlock::kSize;
  for (std::size_t at = 0; at < last; at += TextBlock::kSize) {
    if (const std::size_t first = copy(at); first != TextBlock::kSize) [[unlikely]]
      return at + first;
  }
  return last + copy(last);  // overlaps what is copied
}

}  // namespace dynarock
