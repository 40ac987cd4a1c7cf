#include "server/http/request_head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/ascii.h"
#include "engine/base/text_parts.h"

namespace dynarock {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::size_t kKeptCapacity = 4096;  // bytes; usual heads have less

enum CharacterKind : unsigned char { kToken = 1, kText = 2, kTarget = 4 };

// What each byte may be part of.
constexpr std::array<unsigned char, 256> kKinds = [] {
  std::array<unsigned char, 256> kinds{};
  for (std::size_t c = 0x20; c < 256; ++c) kinds[c] = c == 0x7f ? 0 : c == ' ' ? kText : kText | kTarget;
  kinds['\t'] = kText;
  for (std::size_t c = '0'; c <= 'z'; ++c) {
    if (IsAsciiLetterOrDigit(static_cast<char>(c))) kinds[c] |= kToken;
  }
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) kinds[static_cast<unsigned char>(c)] |= kToken;
  return kinds;
}();

bool IsAll(std::string_view text, CharacterKind kind) {
  return std::all_of(text.begin(), text.end(),
                     [kind](char c) { return (kKinds[static_cast<unsigned char>(c)] & kind) != 0; });
}

}  // namespace

std::size_t RequestHead::SizeOf(std::string_view bytes, std::size_t checked) {
  const std::size_t from = checked < kHeadEnd.size() ? 0 : checked - (kHeadEnd.size() - 1);
  const std::size_t end = bytes.find(kHeadEnd, from);
  return end == std::string_view::npos ? 0 : end + kHeadEnd.size();
}

bool RequestHead::MayBegin(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if ((kKinds[static_cast<unsigned char>(bytes[i])] & kText) != 0) continue;
    const bool is_line_end = bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] == '\n');
    if (!is_line_end) return false;
    ++i;
  }
  return true;
}

std::string_view RequestHead::Parse(std::string_view bytes) {
  text_.assign(bytes);
  fields_.clear();
  std::string_view rest = text_;
  std::size_t end = rest.find(kLineEnd);
  if (const std::string_view problem = ParseRequestLine(rest.substr(0, end)); !problem.empty()) return problem;
  for (rest.remove_prefix(end + kLineEnd.size()); !rest.starts_with(kLineEnd);
       rest.remove_prefix(end + kLineEnd.size())) {
    end = rest.find(kLineEnd);
    if (fields_.size() == kMostFields) return "The request has too many headers.\n";
    if (const std::string_view problem = ParseField(rest.substr(0, end)); !problem.empty()) return problem;
  }
  if (const std::string_view problem = ReadFraming(); !problem.empty()) return problem;
  ReadConnection();
  return {};
}

std::string_view RequestHead::ParseRequestLine(std::string_view line) {
  constexpr std::string_view kMalformed = "The request line is malformed.\n";
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return kMalformed;
  method_ = line.substr(0, first);
  target_ = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (method_.empty() || !IsAll(method_, kToken) || target_.empty() || !IsAll(target_, kTarget)) return kMalformed;
  is_1_0_ = version == "HTTP/1.0";
  if (!is_1_0_ && version != "HTTP/1.1") return "This server speaks HTTP/1.1.\n";
  return {};
}

std::string_view RequestHead::ParseField(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return "A header is folded over several lines.\n";
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || name.empty() || !IsAll(name, kToken)) {
    return "A header's name is malformed.\n";
  }
  const std::string_view value = line.substr(colon + 1);
  if (!IsAll(value, kText)) return "A header has control characters.\n";
  fields_.push_back({name, Trimmed(value)});
  return {};
}

// Where the body ends, and for whom the request is: what requests are smuggled by.
std::string_view RequestHead::ReadFraming() {
  content_length_ = 0;
  const Field* host = nullptr;
  const Field* length = nullptr;
  const Field* coding = nullptr;
  const auto take = [](const Field*& known, const Field& field, std::string_view name) {
    if (!EqualsIgnoringCase(field.name, name)) return true;
    return std::exchange(known, &field) == nullptr;
  };
  for (const Field& field : fields_) {
    if (!take(host, field, "Host")) return "The request has two Host headers.\n";
    if (!take(length, field, "Content-Length")) return "The request has two Content-Length headers.\n";
    if (!take(coding, field, "Transfer-Encoding")) return "The request has two Transfer-Encoding headers.\n";
  }
  if (!host && !is_1_0_) return "The request has no Host header.\n";
  is_chunked_ = coding != nullptr;
  if (coding && is_1_0_) return "HTTP/1.0 has no Transfer-Encoding.\n";
  if (coding && length) return "The request has both Content-Length and Transfer-Encoding.\n";
  if (coding && !EqualsIgnoringCase(coding->value, "chunked")) return "Transfer-Encoding must be chunked.\n";
  return length ? ReadLength(length->value) : std::string_view();
}

std::string_view RequestHead::ReadLength(std::string_view text) {
  const char* const end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, content_length_);
  if (text.empty() || error != std::errc() || parsed != end) return "Content-Length must be one number.\n";
  return {};
}

void RequestHead::ReadConnection() {
  expects_continue_ = !is_1_0_ && EqualsIgnoringCase(Find("Expect"), "100-continue");
  keeps_alive_ = !is_1_0_;
  for (const Field& field : fields_) {
    if (!EqualsIgnoringCase(field.name, "Connection")) continue;
    for (std::string_view list = field.value; !list.empty();) {
      const std::string_view option = Trimmed(TakePart(list, ','));
      if (EqualsIgnoringCase(option, "close")) {
        keeps_alive_ = false;
        return;
      }
      keeps_alive_ = keeps_alive_ || EqualsIgnoringCase(option, "keep-alive");
    }
  }
}

std::string_view RequestHead::Find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (EqualsIgnoringCase(field.name, name)) return field.value;
  }
  return {};
}

std::vector<std::string_view> RequestHead::FindAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Field& field : fields_) {
    if (EqualsIgnoringCase(field.name, name)) values.push_back(field.value);
  }
  return values;
}

void RequestHead::Shrink() {
  if (text_.capacity() <= kKeptCapacity && fields_.capacity() <= kMostFields / 4) return;
  std::string().swap(text_);
  std::vector<Field>().swap(fields_);
}

}  // namespace dynarock
