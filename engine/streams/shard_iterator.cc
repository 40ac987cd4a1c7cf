#include "engine/streams/shard_iterator.h"

#include <limits>

#include "engine/storage/digest.h"

namespace dynarock {
namespace {

constexpr std::string_view kVersion = "|1|";
constexpr std::size_t kBodySize =
    sizeof(ShardPlace::generation) + sizeof(ShardPlace::shard) + 2 * sizeof(std::uint64_t);
constexpr std::size_t kCheckSize = 8;
constexpr std::string_view kDigits = "0123456789abcdef";

// Tells a text that was cut or edited.
std::string CheckOf(std::string_view stream_arn, std::string_view body) {
  return Sha256(std::string(stream_arn) + std::string(body)).substr(0, kCheckSize);
}

std::string ToHex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

// "" if it is not hexadecimal.
std::string FromHex(std::string_view text) {
  std::string bytes;
  if (text.size() % 2 != 0) return bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::size_t high = kDigits.find(text[i]), low = kDigits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return "";
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

}  // namespace

std::string ShardIteratorText(const ShardIterator& iterator) {
  std::string body;
  AppendBigEndian(body, iterator.place.generation);
  AppendBigEndian(body, iterator.place.shard);
  AppendBigEndian(body, iterator.from.value);
  AppendBigEndian(body, static_cast<std::uint64_t>(iterator.made.value));
  return iterator.stream_arn + std::string(kVersion) + ToHex(body + CheckOf(iterator.stream_arn, body));
}

std::optional<ShardIterator> ParseShardIterator(std::string_view text) {
  const std::size_t bar = text.find(kVersion);
  if (bar == std::string_view::npos) return std::nullopt;
  ShardIterator iterator;
  iterator.stream_arn = text.substr(0, bar);
  const std::string bytes = FromHex(text.substr(bar + kVersion.size()));
  if (bytes.size() != kBodySize + kCheckSize) return std::nullopt;
  if (bytes.substr(kBodySize) != CheckOf(iterator.stream_arn, bytes.substr(0, kBodySize))) return std::nullopt;
  const char* at = bytes.data();
  iterator.place.generation = ReadBigEndian<std::uint32_t>(at);
  at += sizeof iterator.place.generation;
  iterator.place.shard = static_cast<std::uint8_t>(*at++);
  iterator.from.value = ReadBigEndian<std::uint64_t>(at);
  at += sizeof iterator.from.value;
  const auto made = ReadBigEndian<std::uint64_t>(at);
  if (made > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;  // no time of ours
  iterator.made.value = static_cast<std::int64_t>(made);
  return iterator;
}

}  // namespace dynarock
