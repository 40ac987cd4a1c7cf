#include "protocol/json.h"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace dynarock {
namespace {

constexpr std::size_t kPoolSize = 8 * 1024;  // holds the values of a request with some 30 attributes

constexpr std::size_t kParsePadding = 16;  // SIMD reads up to so many bytes behind the text

using Pool = rapidjson::MemoryPoolAllocator<>;
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, Pool>;

constexpr std::uint64_t kEachByte = 0x0101010101010101;

// What decides how a text is parsed.
struct TextFacts {
  bool is_ascii = true;           // the check of UTF-8 costs more than all the rest of the parsing
  bool has_late_control = false;  // 0x18 to 0x1F: RapidJSON's vector code takes 0x1A to 0x1F for letters
};

// In one pass, eight bytes at a time.
TextFacts LookOver(std::string_view text) {
  constexpr std::uint64_t kHighBits = kEachByte * 0x80;
  std::uint64_t seen = 0, late = 0;
  const auto add = [&](std::uint64_t word) {
    const std::uint64_t zero_if_late = (word & (kEachByte * 0xf8)) ^ (kEachByte * 0x18);
    seen |= word;
    late |= (zero_if_late - kEachByte) & ~zero_if_late;
  };
  std::uint64_t word = 0;
  while (text.size() >= sizeof word) {
    std::memcpy(&word, text.data(), sizeof word);
    add(word);
    text.remove_prefix(sizeof word);
  }
  word = 0;
  std::memcpy(&word, text.data(), text.size());
  add(word);
  return {(seen & kHighBits) == 0, (late & kHighBits) != 0};
}

// The four hex digits at `text`, or nothing.
std::optional<unsigned> HexOf(std::string_view text) {
  unsigned value = 0;
  if (text.size() < 4) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, value, 16);
  if (error != std::errc() || end != text.data() + 4) return std::nullopt;
  return value;
}

// Whether a \uDC00 to \uDFFF stands without its first half: RapidJSON would make invalid UTF-8 of it.
bool HasLoneLowSurrogate(std::string_view text) {
  const auto is_in = [](std::optional<unsigned> unit, unsigned first) { return unit && (*unit & 0xfc00) == first; };
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    const std::string_view escape = text.substr(at + 1);
    at += 2;
    if (escape.substr(0, 1) != "u") continue;
    const std::optional<unsigned> unit = HexOf(escape.substr(1));
    if (is_in(unit, 0xdc00)) return true;
    // What follows a first half is RapidJSON's to check.
    if (is_in(unit, 0xd800) && escape.size() > 6 && escape[5] == '\\') at += 10;
  }
  return false;
}

}  // namespace

struct JsonReader::Rep {
  alignas(16) char memory[kPoolSize];
  alignas(16) char stack[kPoolSize / 4];
  std::optional<Pool> pool;
  std::optional<Pool> stack_pool;
  std::optional<Document> document;
};

JsonReader::JsonReader() : rep_(std::make_unique<Rep>()) {}
JsonReader::~JsonReader() = default;

// Documents that outgrow the reader's own memory take more from the heap, and give it back with the next document.
const Json* JsonReader::Parse(std::string& text) {
  // No JSON has such a byte, in strings or outside.
  const TextFacts facts = LookOver(text);
  if (facts.has_late_control || HasLoneLowSurrogate(text)) return nullptr;
  rep_->document.reset();
  rep_->pool.emplace(rep_->memory, sizeof rep_->memory);
  rep_->stack_pool.emplace(rep_->stack, sizeof rep_->stack);
  rep_->document.emplace(&*rep_->pool, sizeof rep_->stack / 2, &*rep_->stack_pool);
  text.reserve(text.size() + kParsePadding);
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag;
  if (facts.is_ascii) {
    rep_->document->ParseInsitu<kFlags>(text.data());
  } else {
    rep_->document->ParseInsitu<kFlags | rapidjson::kParseValidateEncodingFlag>(text.data());
  }
  return rep_->document->HasParseError() ? nullptr : &*rep_->document;
}

}  // namespace dynarock
