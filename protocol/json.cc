#include "protocol/json.h"

#include <rapidjson/reader.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>

#include "protocol/json_guard.h"

namespace dynarock {
namespace {

constexpr std::size_t kPoolSize = 8 * 1024;  // holds the values of a request with some 30 attributes

constexpr std::size_t kKeptCapacity = 64 * 1024;  // bytes of a document that are kept for the next one

constexpr std::size_t kParsePadding = 16;  // SIMD reads up to so many bytes behind the text

// Memory of one stack: in place while it is small, then one block of the heap that grows where it is.
class StackMemory {
 public:
  static constexpr bool kNeedFree = false;

  StackMemory() = default;
  StackMemory(const StackMemory&) = delete;
  StackMemory& operator=(const StackMemory&) = delete;
  ~StackMemory() { Release(); }

  void* Malloc(std::size_t size) { return Realloc(nullptr, 0, size); }
  void* Realloc(void* old, std::size_t old_size, std::size_t size) {
    if (size == 0) return nullptr;
    if (heap_ == nullptr && size <= sizeof first_) return first_;
    void* const grown = std::realloc(heap_, size);
    if (grown == nullptr) throw std::bad_alloc();
    if (heap_ == nullptr && old != nullptr) std::memcpy(grown, old, old_size);
    return heap_ = grown;
  }
  static void Free(void*) {}

  void Release() {
    std::free(heap_);
    heap_ = nullptr;
  }

 private:
  alignas(16) char first_[kPoolSize / 4];
  void* heap_ = nullptr;
};

using Pool = rapidjson::MemoryPoolAllocator<>;
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, StackMemory>;
using Reader = rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, StackMemory>;

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

// The sum of the bytes.
std::size_t SumOf(Bytes bytes) {
  constexpr std::uint64_t kEven = 0x00ff00ff00ff00ff, kEach = 0x0001000100010001;
  std::array<std::uint64_t, 2> words;
  std::memcpy(words.data(), &bytes, sizeof bytes);
  const auto pairs = [](std::uint64_t word) { return (word & kEven) + (word >> 8 & kEven); };
  return (pairs(words[0]) + pairs(words[1])) * kEach >> 48;
}

// In one pass, sixteen bytes at a time.
TextFacts LookOver(std::string_view text) {
  constexpr std::size_t kRecursion = 1024;             // levels: less than the stack of any thread holds many times
  constexpr std::size_t kRun = 255 * sizeof(Bytes{});  // bytes, of which each place of a vector can count its own
  Bytes seen{}, late{};
  std::size_t opened = 0;
  while (!text.empty()) {
    std::string_view run = text.substr(0, kRun);
    text.remove_prefix(run.size());
    Bytes brackets{};
    const auto add = [&](Bytes bytes) {
      seen |= bytes;
      late |= static_cast<Bytes>((bytes & 0xf8) == 0x18);
      brackets -= static_cast<Bytes>((bytes | 0x20) == '{');  // '[' is '{' without this bit; a hit is -1
    };
    Bytes bytes;
    for (; run.size() >= sizeof bytes; run.remove_prefix(sizeof bytes)) {
      std::memcpy(&bytes, run.data(), sizeof bytes);
      add(bytes);
    }
    if (!run.empty()) {
      bytes = Bytes{};
      std::memcpy(&bytes, run.data(), run.size());
      add(bytes);
    }
    opened += SumOf(brackets);
  }
  return {!HasAny(seen, 0x80), HasAny(late, 0xff), opened < kRecursion};
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
  StackMemory values;  // of the document while it is parsed
  StackMemory states;  // of the parser
  OpenNames names;
  std::optional<Pool> pool;
  std::optional<Document> document;

  // Sends the text's events to `tree`.
  template <class Tree>
  JsonProblem Read(std::string& text, RepeatedNames repeated, Tree& tree) {
    const TextFacts facts = LookOver(text);
    // No JSON has such a byte, in strings or outside.
    if (facts.has_late_control || HasLoneLowSurrogate(text)) return JsonProblem::kNoJson;
    text.reserve(text.size() + kParsePadding);
    constexpr std::size_t kLeastPerValue = 2;  // bytes: a digit and a comma
    if (facts.is_ascii && facts.is_shallow && text.size() < kLeastPerValue * JsonLimits::kOpenValues) {
      return ReadBy<rapidjson::kParseNoFlags, Counting::kNames>(text, repeated, tree);
    }
    constexpr unsigned kDeep = rapidjson::kParseIterativeFlag;
    if (!facts.is_ascii) {
      return ReadBy<kDeep | rapidjson::kParseValidateEncodingFlag, Counting::kAll>(text, repeated, tree);
    }
    if (!facts.is_shallow) return ReadBy<kDeep, Counting::kAll>(text, repeated, tree);
    return ReadBy<rapidjson::kParseNoFlags, Counting::kAll>(text, repeated, tree);
  }

  template <unsigned kFlags, Counting kCounting, class Tree>
  JsonProblem ReadBy(std::string& text, RepeatedNames repeated, Tree& tree) {
    JsonGuard<Tree, kCounting> guard(tree, repeated, names);
    Reader reader(&states, kPoolSize / 8);
    rapidjson::InsituStringStream stream(text.data());
    if (reader.Parse<kFlags | rapidjson::kParseInsituFlag>(stream, guard) && stream.Tell() == text.size()) {
      return JsonProblem::kNone;
    }
    return guard.problem() == JsonProblem::kNone ? JsonProblem::kNoJson : guard.problem();
  }

  void Release() {
    values.Release();
    states.Release();
    names.Trim();
  }
};

JsonReader::JsonReader() : rep_(std::make_unique<Rep>()) {}
JsonReader::~JsonReader() = default;

void JsonReader::Trim() {
  if (!rep_->pool || rep_->pool->Capacity() <= kKeptCapacity) return;
  rep_->document.reset();
  rep_->pool.reset();
}

// Documents that outgrow the reader's own memory take more from the heap, and give it back with the next document or
// Trim.
const Json* JsonReader::Parse(std::string& text, RepeatedNames repeated) {
  rep_->document.reset();
  rep_->pool.emplace(rep_->memory, sizeof rep_->memory);
  rep_->document.emplace(&*rep_->pool, kPoolSize / 8, &rep_->values);
  problem_ = JsonProblem::kNoJson;
  const auto read = [&](Document& document) {
    problem_ = rep_->Read(text, repeated, document);
    return problem_ == JsonProblem::kNone;
  };
  rep_->document->Populate(read);
  rep_->Release();
  return problem_ == JsonProblem::kNone ? &*rep_->document : nullptr;
}

JsonProblem JsonReader::Check(std::string& text, RepeatedNames repeated) {
  NoTree tree;
  problem_ = rep_->Read(text, repeated, tree);
  rep_->Release();
  return problem_;
}

}  // namespace dynarock
