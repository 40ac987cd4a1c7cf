// Keys on disk. README.md gives them byte by byte.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/item/value.h"

namespace dynarock {

// Never used again once its table is deleted.
struct TableId {
  std::uint32_t value = 0;
  auto operator<=>(const TableId&) const = default;
};

// Of an index within its table; 0 is the table itself.
struct IndexId {
  std::uint16_t value = 0;
  auto operator<=>(const IndexId&) const = default;
};

// No index: the places of a table's rows, see PlaceKey.
inline constexpr IndexId kPlaces{0xffff};

// Never used again once its stream is forgotten.
struct StreamId {
  std::uint32_t value = 0;
  auto operator<=>(const StreamId&) const = default;
};

// A shard of a stream: its generation (all shards of a stream are followed by their children at once), and its place
// among the shards of that generation.
struct ShardPlace {
  std::uint32_t generation = 0;
  std::uint8_t shard = 0;
  auto operator<=>(const ShardPlace&) const = default;
};

inline constexpr std::size_t kPartitionHashSize = 8;

// A store can hold several databases: `scope` names one of them, "" the one that all callers share. Tables and streams
// have ids of the whole store, so what is kept under an id needs no scope.

// The beginnings of the keys that tell which scopes there are; ScopeOfKey gives a key's scope, ScopePrefix the
// beginning of all keys that begin with the same prefix and scope as `key` does.
std::vector<std::string> ScopedPrefixes();
std::string_view ScopeOfKey(std::string_view key);
std::string_view ScopePrefix(std::string_view key);
// The beginnings of all keys of `scope` that say that there is such a scope.
std::vector<std::string> PrefixesOfScope(std::string_view scope);

// The record of table `name`.
std::string CatalogKey(std::string_view scope, std::string_view name);
std::string NextTableIdKey();
std::string CountersKey(TableId table);
// What a completed transaction with this ClientRequestToken did.
std::string TransactionTokenKey(std::string_view scope, std::string_view token);
// Tokens in the order in which they expire; TokenOfExpiryKey gives a key's token.
std::string TokenExpiryPrefix(std::string_view scope);
std::string TokenExpiryKey(std::string_view scope, EpochMillis expires, std::string_view token);
std::string_view TokenOfExpiryKey(std::string_view scope, std::string_view key);
EpochMillis TimeOfTokenExpiryKey(std::string_view scope, std::string_view key);
// How far an index of a table, or with index 0 the table's expiry rows, are filled.
std::string BackfillKey(TableId table, IndexId index);
// An item that expires: rows of a table in the order of their time. RowOfExpiryKey gives the key of its row.
std::string ExpiryPrefix(TableId table);
std::string ExpiryKey(TableId table, std::uint64_t expires_seconds, std::string_view row_key);
std::string RowOfExpiryKey(std::string_view key);
// Records of streams, and the next stream's id.
std::string StreamsPrefix(std::string_view scope);
std::string StreamKey(std::string_view scope, StreamId stream);
std::string NextStreamIdKey();
// The changes of a stream, of a generation's shards, of one shard, and one change by its sequence number.
std::string ChangesPrefix(StreamId stream);
std::string GenerationPrefix(StreamId stream, std::uint32_t generation);
std::string ShardPrefix(StreamId stream, ShardPlace place);
std::string ChangeKey(StreamId stream, ShardPlace place, std::uint64_t sequence_number);
// Whether a key, or the beginning of keys, is one of changes.
bool IsChangeKey(std::string_view key);
// The bytes of ShardPrefix.
inline constexpr std::size_t kShardPrefixSize = 1 + 4 + 4 + 1;
// Requires: the key of a change.
std::uint64_t SequenceNumberOfKey(std::string_view key);
// Functions, event source mappings and checkpoints of triggers; `kind` is a letter.
std::string TriggerKey(std::string_view scope, char kind, std::string_view id);
std::string RowPrefix(TableId table, IndexId index);
// Whether a key is one of a row. It begins with its table, its index and the hash of its partition key.
bool IsRowKey(std::string_view key);
inline constexpr std::size_t kRowPartitionSize = 1 + 4 + 2 + kPartitionHashSize;
// All rows of a table and its indexes begin with this.
std::string TablePrefix(TableId table);

// Appends the hash that orders a Scan, then the partition key's values, each behind its length.
void AppendPartition(std::string& key, std::span<const ValueView> values);
// The base key at the end of an index row: a hash of all of it, which orders rows of equal index keys as the service
// does, then its values.
void AppendBaseKey(std::string& key, std::span<const ValueView> partition, std::span<const ValueView> sort);

// The same with `place` instead of the hash, which orders rows of equal index keys by it.
void AppendPlacedBaseKey(std::string& key, std::uint64_t place, std::span<const ValueView> partition,
                         std::span<const ValueView> sort);
// Where the place of a base row's index rows is kept. Requires: the key of a base row.
std::string PlaceKey(std::string_view row_key);

// Appends a sort key's value so that byte order is its order and no value is the beginning of another.
void AppendSortValue(std::string& key, ValueView value);
// The bytes with which each encoded value starting with `prefix` starts.
void AppendSortPrefix(std::string& key, std::string_view prefix);

// The least key behind all keys that start with `prefix`.
std::string PrefixEnd(std::string_view prefix);

// The first hash of `segment` when all hashes are cut into `total` segments; segment == total gives "".
std::string SegmentStart(std::uint32_t segment, std::uint32_t total);

// The first byte of the hash of a row's partition key. Requires: a row's key.
std::uint8_t HashByteOfRow(std::string_view row_key);

// The order of the service: MD5("Outliers" + partition key), its first 8 bytes.
// Source: observed by the authors of dynalite; see engine/storage/README.md.
std::string PartitionHash(std::span<const ValueView> values);

}  // namespace dynarock
