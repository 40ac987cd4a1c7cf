#include "protocol/json.h"

#include <array>
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

// What decides how a text is parsed.
struct TextFacts {
  bool is_ascii = true;           // the check of UTF-8 costs more than all the rest of the parsing
  bool has_late_control = false;  // 0x18 to 0x1F: RapidJSON's vector code takes 0x1A to 0x1F for letters
  bool is_shallow = true;         // so few brackets are opened that recursion, which is quicker, ends soon
};

using Bytes [[gnu::vector_size(16)]] = unsigned char;

// Whether any byte of the vector has one of the bits of `mask`.
bool HasAny(Bytes bytes, unsigned char mask) {
  bytes &= mask;
  std::array<std::uint64_t, 2> words;
  std::memcpy(words.data(), &bytes, sizeof bytes);
  return (words[0] | words[1]) != 0;
}

// In one pass, sixteen bytes at a time.
TextFacts LookOver(std::string_view text) {
  constexpr unsigned char kFewOpened = 16;  // in each place of the vector, so 240 levels at most
  Bytes seen{}, late{}, opened{}, most_opened{};
  const auto add = [&](Bytes bytes) {
    seen |= bytes;
    late |= static_cast<Bytes>((bytes & 0xf8) == 0x18);
    opened -= static_cast<Bytes>((bytes | 0x20) == '{');  // '[' is '{' without this bit; a hit is -1
    most_opened |= opened;                                // a count that goes round is too large before
  };
  Bytes bytes;
  for (; text.size() >= sizeof bytes; text.remove_prefix(sizeof bytes)) {
    std::memcpy(&bytes, text.data(), sizeof bytes);
    add(bytes);
  }
  bytes = Bytes{};
  std::memcpy(&bytes, text.data(), text.size());
  add(bytes);
  return {!HasAny(seen, 0x80), HasAny(late, 0xff), !HasAny(most_opened, static_cast<unsigned char>(~(kFewOpened - 1)))};
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
  if (facts.is_ascii && facts.is_shallow) {
    rep_->document->ParseInsitu<rapidjson::kParseInsituFlag>(text.data());
  } else if (facts.is_ascii) {
    rep_->document->ParseInsitu<kFlags>(text.data());
  } else {
    rep_->document->ParseInsitu<kFlags | rapidjson::kParseValidateEncodingFlag>(text.data());
  }
  return rep_->document->HasParseError() ? nullptr : &*rep_->document;
}

}  // namespace dynarock
