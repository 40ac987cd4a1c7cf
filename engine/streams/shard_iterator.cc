#include "engine/streams/shard_iterator.h"

#include <limits>

#include "engine/base/hex.h"
#include "engine/storage/digest.h"

namespace dynarock {
namespace {

constexpr std::string_view kVersion = "|1|";
constexpr std::size_t kBodySize =
    sizeof(ShardPlace::generation) + sizeof(ShardPlace::shard) + 2 * sizeof(std::uint64_t);
constexpr std::size_t kCheckSize = 8;

// Tells a text that was cut or edited.
std::string CheckOf(std::string_view stream_arn, std::string_view body) {
  return Sha256(std::string(stream_arn) + std::string(body)).substr(0, kCheckSize);
}

}  // namespace

std::string ShardIteratorText(const ShardIterator& iterator) {
  std::string body;
  AppendBigEndian(body, iterator.place.generation);
  AppendBigEndian(body, iterator.place.shard);
  AppendBigEndian(body, iterator.from.value);
  AppendBigEndian(body, static_cast<std::uint64_t>(iterator.made.value));
  return iterator.stream_arn + std::string(kVersion) + LowerHex(body + CheckOf(iterator.stream_arn, body));
}

std::optional<ShardIterator> ParseShardIterator(std::string_view text) {
  const std::size_t bar = text.find(kVersion);
  if (bar == std::string_view::npos) return std::nullopt;
  ShardIterator iterator;
  iterator.stream_arn = text.substr(0, bar);
  const std::optional<std::string> decoded = BytesOfLowerHex(text.substr(bar + kVersion.size()));
  if (!decoded || decoded->size() != kBodySize + kCheckSize) return std::nullopt;
  const std::string& bytes = *decoded;
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
