// A stream of a table's changes: what it is, its generations of shards, and the numbers of its newest changes.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/database/table.h"
#include "engine/storage/key_encoding.h"
#include "engine/storage/store.h"

namespace dynarock {

// Open shards of a stream, at most: one for each partition of the table.
inline constexpr std::uint8_t kMostShards = kMostPartitions;
// Milliseconds after which shards are closed and followed by their children.
inline constexpr std::int64_t kGenerationLife = 4 * 60 * 60 * 1000;
// Milliseconds for which changes can be read, and for which a disabled stream is remembered.
inline constexpr std::int64_t kStreamRetention = 24 * 60 * 60 * 1000;

// In the order of the enum in AWS's messages.
enum class StreamViewType { kNewImage, kOldImage, kNewAndOldImages, kKeysOnly };

// Where a change stands in its stream. Numbers grow with the stream; the upper bits are the time of the change, so the
// changes of the last 24 hours are a range of numbers.
struct SequenceNumber {
  std::uint64_t value = 0;
  auto operator<=>(const SequenceNumber&) const = default;
};

// The least number that a change at `time` can have.
SequenceNumber FirstNumberAt(EpochMillis time);
EpochMillis TimeOf(SequenceNumber number);
// 21 digits.
std::string SequenceNumberText(SequenceNumber number);
// nullopt if the text is no number of ours.
std::optional<SequenceNumber> ParseSequenceNumber(std::string_view text);

struct StreamDefinition {
  StreamId id;
  TableId table;
  std::string table_name;
  KeySchema keys;
  StreamViewType view = StreamViewType::kNewAndOldImages;
  EpochMillis created;                // no two streams of a table name have the same
  std::uint8_t shards = kMostShards;  // open ones; items are spread over them by the hash of their partition key
};

// Shards that were opened together, each the child of its namesake in the generation before.
struct Generation {
  std::uint32_t number = 0;
  SequenceNumber first;                        // of all numbers in its shards
  std::optional<SequenceNumber> parent_first;  // that of the generation before; none of the first one
};

// What becomes of a stream.
struct StreamLife {
  std::vector<Generation> generations;  // oldest first; never empty
  std::optional<SequenceNumber> end;    // of a disabled stream; behind all its changes
};

// Where a change is written.
struct ChangePlace {
  std::uint32_t generation = 0;
  SequenceNumber number;
};

// Thread-safe.
class Stream {
 public:
  // `last` is the greatest number that was ever given out, `record_key` where the stream's record is kept.
  Stream(StreamDefinition definition, StreamLife life, SequenceNumber last, std::string record_key);

  const StreamDefinition& definition() const { return definition_; }
  StreamId id() const { return definition_.id; }
  // A snapshot.
  StreamLife life() const;
  // The greatest number that a change in a shard of this generation can have; nullopt while its shards are open. Ask
  // again for each page: an open shard is closed when it is four hours old, or when the stream is switched off.
  std::optional<SequenceNumber> EndOf(std::uint32_t generation) const;
  bool enabled() const;

  // "2015-05-11T21:21:33.291"
  std::string Label() const;

  // Takes the next number, which may become a change: readers wait in front of it until it is settled.
  // Requires: the stream is enabled and the table's gate is held.
  ChangePlace Take(EpochMillis now);
  // The change of this number is committed, or never will be.
  void Settle(SequenceNumber number);
  // Behind all numbers that readers may see: below it, no change will ever be added.
  SequenceNumber VisibleEnd() const;

  // Whether Roll has something to do; cheap.
  bool RollDue(EpochMillis now) const { return now.value >= roll_at_.load(std::memory_order_relaxed); }
  // Opens a new generation if the newest is old, and drops those nobody can read any more, with their changes.
  // Errors: kInternal; then nothing has changed.
  Result<void> Roll(Store& store, EpochMillis now);

  // Closes all shards for good, and adds this to `batch`. Requires: the table's gate is held alone.
  void Disable(EpochMillis now, WriteBatch& batch);

  // Whether a disabled stream is older than any reader may know.
  bool Forgotten(EpochMillis now) const;

 private:
  SequenceNumber Next(EpochMillis now) const;
  void Adopt(StreamLife life);

  const StreamDefinition definition_;
  const std::string record_key_;
  mutable std::mutex mutex_;
  StreamLife life_;
  std::atomic<std::int64_t> roll_at_;  // milliseconds since 1970
  SequenceNumber last_;
  std::vector<SequenceNumber> unsettled_;  // ascending; as many as there are writers at work
};

using StreamPtr = std::shared_ptr<Stream>;

std::string EncodeStream(const StreamDefinition& definition, const StreamLife& life);
struct StreamRecord {
  StreamDefinition definition;
  StreamLife life;
};
// Errors: kInternal for a record that is torn.
Result<StreamRecord> DecodeStream(std::string_view record);

}  // namespace dynarock
