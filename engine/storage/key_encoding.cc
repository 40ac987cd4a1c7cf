#include "engine/storage/key_encoding.h"

#include <algorithm>

#define OPENSSL_SUPPRESS_DEPRECATED  // MD5's own functions
#include <openssl/md5.h>

#include <array>
#include <initializer_list>

namespace dynarock {
namespace {

// The first byte of each key.
enum class KeySpace : char {
  kCatalog = 1,
  kNextTableId = 2,
  kCounters = 3,
  kTransactionTokens = 4,
  kTokenExpiries = 5,
  kStreams = 6,
  kNextStreamId = 7,
  kBackfills = 8,
  kItemExpiries = 9,
  kTriggers = 15,
  kRows = 16,
  kChanges = 17,
};

constexpr char kEscape = '\0';
constexpr char kEscapedZero = '\xff';
constexpr char kEnd = '\x01';

std::string StartKey(KeySpace space) {
  return std::string(1, static_cast<char>(space));
}

// Added to a key space for the keys of a database that is not the shared one.
constexpr int kScoped = 0x80;

std::string StartScopedKey(KeySpace space, std::string_view scope) {
  if (scope.empty()) return StartKey(space);
  std::string key(1, static_cast<char>(static_cast<int>(space) | kScoped));
  AppendBigEndian(key, static_cast<std::uint16_t>(scope.size()));
  return key.append(scope);
}

// Each value behind its length.
void AppendPartitionValues(std::string& key, std::span<const ValueView> values) {
  for (const ValueView value : values) {
    AppendBigEndian<std::uint16_t>(key, static_cast<std::uint16_t>(value.payload().size()));
    key += value.payload();
  }
}

// By MD5's own functions: each write and read has such a hash, and OpenSSL's general ones cost twice as much.
std::string HashOf(std::initializer_list<std::span<const ValueView>> parts) {
  constexpr std::string_view kSalt = "Outliers";
  std::array<unsigned char, MD5_DIGEST_LENGTH> digest;
  MD5_CTX context;
  MD5_Init(&context);
  MD5_Update(&context, kSalt.data(), kSalt.size());
  for (const auto& values : parts) {
    for (const ValueView value : values) MD5_Update(&context, value.payload().data(), value.payload().size());
  }
  MD5_Final(digest.data(), &context);
  return {digest.begin(), digest.begin() + kPartitionHashSize};
}

}  // namespace

std::vector<std::string> ScopedPrefixes() {
  std::vector<std::string> prefixes = {StartKey(KeySpace::kCatalog)};
  for (const KeySpace space : {KeySpace::kStreams, KeySpace::kTriggers}) {
    prefixes.emplace_back(1, static_cast<char>(static_cast<int>(space) | kScoped));
  }
  return prefixes;
}

std::string_view ScopeOfKey(std::string_view key) {
  if (key.size() < 1 + sizeof(std::uint16_t)) return {};  // damaged
  return key.substr(1 + sizeof(std::uint16_t), ReadBigEndian<std::uint16_t>(key.data() + 1));
}

std::string_view ScopePrefix(std::string_view key) {
  return key.substr(0, 1 + sizeof(std::uint16_t) + ScopeOfKey(key).size());
}

std::vector<std::string> PrefixesOfScope(std::string_view scope) {
  std::vector<std::string> prefixes = ScopedPrefixes();
  for (std::string& prefix : prefixes) {
    AppendBigEndian<std::uint16_t>(prefix, static_cast<std::uint16_t>(scope.size()));
    prefix += scope;
  }
  return prefixes;
}

std::string CatalogKey(std::string_view scope, std::string_view name) {
  std::string key = StartKey(KeySpace::kCatalog);
  AppendBigEndian<std::uint16_t>(key, static_cast<std::uint16_t>(scope.size()));
  key += scope;
  key += name;
  return key;
}

std::string NextTableIdKey() {
  return StartKey(KeySpace::kNextTableId);
}

std::string CountersKey(TableId table) {
  std::string key = StartKey(KeySpace::kCounters);
  AppendBigEndian(key, table.value);
  return key;
}

std::string TransactionTokenKey(std::string_view scope, std::string_view token) {
  return StartScopedKey(KeySpace::kTransactionTokens, scope).append(token);
}

std::string TokenExpiryPrefix(std::string_view scope) {
  return StartScopedKey(KeySpace::kTokenExpiries, scope);
}

std::string TokenExpiryKey(std::string_view scope, EpochMillis expires, std::string_view token) {
  std::string key = TokenExpiryPrefix(scope);
  AppendBigEndian(key, static_cast<std::uint64_t>(expires.value));
  return key.append(token);
}

std::string_view TokenOfExpiryKey(std::string_view scope, std::string_view key) {
  return key.substr(std::min(key.size(), TokenExpiryPrefix(scope).size() + sizeof(std::uint64_t)));
}

EpochMillis TimeOfTokenExpiryKey(std::string_view scope, std::string_view key) {
  const std::uint64_t time = ReadBigEndian<std::uint64_t>(key.data() + TokenExpiryPrefix(scope).size());
  return {static_cast<std::int64_t>(time)};
}

std::string BackfillKey(TableId table, IndexId index) {
  std::string key = StartKey(KeySpace::kBackfills);
  AppendBigEndian(key, table.value);
  AppendBigEndian(key, index.value);
  return key;
}

std::string ExpiryPrefix(TableId table) {
  std::string key = StartKey(KeySpace::kItemExpiries);
  AppendBigEndian(key, table.value);
  return key;
}

std::string ExpiryKey(TableId table, std::uint64_t expires_seconds, std::string_view row_key) {
  std::string key = ExpiryPrefix(table);
  AppendBigEndian(key, expires_seconds);
  return key.append(row_key.substr(RowPrefix(table, IndexId{}).size()));
}

std::string RowOfExpiryKey(std::string_view key) {
  const TableId table{ReadBigEndian<std::uint32_t>(key.data() + 1)};
  const std::size_t row = ExpiryPrefix(table).size() + sizeof(std::uint64_t);
  return RowPrefix(table, IndexId{}).append(key.substr(std::min(key.size(), row)));
}

std::string StreamsPrefix(std::string_view scope) {
  return StartScopedKey(KeySpace::kStreams, scope);
}

std::string StreamKey(std::string_view scope, StreamId stream) {
  std::string key = StreamsPrefix(scope);
  AppendBigEndian(key, stream.value);
  return key;
}

std::string NextStreamIdKey() {
  return StartKey(KeySpace::kNextStreamId);
}

std::string ChangesPrefix(StreamId stream) {
  std::string key = StartKey(KeySpace::kChanges);
  AppendBigEndian(key, stream.value);
  return key;
}

std::string GenerationPrefix(StreamId stream, std::uint32_t generation) {
  std::string key = ChangesPrefix(stream);
  AppendBigEndian(key, generation);
  return key;
}

std::string ShardPrefix(StreamId stream, ShardPlace place) {
  std::string key = GenerationPrefix(stream, place.generation);
  AppendBigEndian(key, place.shard);
  return key;
}

std::string ChangeKey(StreamId stream, ShardPlace place, std::uint64_t sequence_number) {
  std::string key = ShardPrefix(stream, place);
  AppendBigEndian(key, sequence_number);
  return key;
}

bool IsChangeKey(std::string_view key) {
  return !key.empty() && key[0] == static_cast<char>(KeySpace::kChanges);
}

bool IsRowKey(std::string_view key) {
  return key.size() > kRowPartitionSize && key[0] == static_cast<char>(KeySpace::kRows);
}

std::uint64_t SequenceNumberOfKey(std::string_view key) {
  return ReadBigEndian<std::uint64_t>(key.data() + key.size() - sizeof(std::uint64_t));
}

std::string TablePrefix(TableId table) {
  std::string key = StartKey(KeySpace::kRows);
  AppendBigEndian(key, table.value);
  return key;
}

std::string TriggerKey(std::string_view scope, char kind, std::string_view id) {
  return StartScopedKey(KeySpace::kTriggers, scope).append(1, kind).append(id);
}

std::string RowPrefix(TableId table, IndexId index) {
  std::string key = TablePrefix(table);
  AppendBigEndian(key, index.value);
  return key;
}

std::string PartitionHash(std::span<const ValueView> values) {
  return HashOf({values});
}

std::uint8_t HashByteOfRow(std::string_view row_key) {
  return static_cast<std::uint8_t>(row_key[1 + sizeof(TableId::value) + sizeof(IndexId::value)]);
}

void AppendPartition(std::string& key, std::span<const ValueView> values) {
  key += PartitionHash(values);
  AppendPartitionValues(key, values);
}

void AppendBaseKey(std::string& key, std::span<const ValueView> partition, std::span<const ValueView> sort) {
  key += HashOf({partition, sort});
  AppendPartitionValues(key, partition);
  for (const ValueView value : sort) AppendSortValue(key, value);
}

void AppendPlacedBaseKey(std::string& key, std::uint64_t place, std::span<const ValueView> partition,
                         std::span<const ValueView> sort) {
  AppendBigEndian(key, place);
  AppendPartitionValues(key, partition);
  for (const ValueView value : sort) AppendSortValue(key, value);
}

std::string PlaceKey(std::string_view row_key) {
  const TableId table{ReadBigEndian<std::uint32_t>(row_key.data() + 1)};
  return RowPrefix(table, kPlaces).append(row_key.substr(RowPrefix(table, IndexId{}).size()));
}

void AppendSortValue(std::string& key, ValueView value) {
  AppendSortPrefix(key, value.payload());
  key.push_back(kEscape);
  key.push_back(kEnd);
}

void AppendSortPrefix(std::string& key, std::string_view prefix) {
  for (std::size_t escape; (escape = prefix.find(kEscape)) != std::string_view::npos;) {
    key += prefix.substr(0, escape + 1);
    key.push_back(kEscapedZero);
    prefix.remove_prefix(escape + 1);
  }
  key += prefix;
}

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::string SegmentStart(std::uint32_t segment, std::uint32_t total) {
  if (segment >= total) return "";
  // ceil(2^64 * segment / total)
  __extension__ using Wide = unsigned __int128;
  const Wide start = ((static_cast<Wide>(segment) << 64) + total - 1) / total;
  std::string hash;
  AppendBigEndian(hash, static_cast<std::uint64_t>(start));
  return hash;
}

}  // namespace dynarock
