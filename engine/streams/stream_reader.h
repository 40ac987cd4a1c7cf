// Reads streams: their shards, and the changes in a shard from a sequence number on.
//
// A consumer walks Shards, reads each with ReadShard from the page's `next` on until `at_end`, then goes on with the
// shard's children (those whose `parent` it was). Pages hold no state, so a consumer that keeps `next` in the store
// goes on after a restart where it stopped, with nothing missed and nothing twice. To be woken instead of polling:
// database.streams().signal().Subscribe(...).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/database/database.h"
#include "engine/streams/change_record.h"

namespace dynarock {

// The stream of this ARN, or null: of a deleted table or switched off, too, for 24 hours.
StreamPtr FindStream(const Database& database, std::string_view stream_arn);

struct Shard {
  ShardPlace place;
  std::string id;                        // "shardId-00000001414576573621-f55eea83"
  std::optional<std::string> parent_id;  // also of a parent that is gone; none in a stream's first generation
  SequenceNumber start;                  // least number that a change in it can have
  // Greatest number that a change in it can have; nullopt if the shard was open when it was looked up.
  std::optional<SequenceNumber> end;
};

// The shards that may hold changes of the last 24 hours, oldest first; also their ids are in order. Opens new shards if
// that is due. Errors: kInternal.
Result<std::vector<Shard>> Shards(Database& database, Stream& stream);

// nullopt if there is no such shard any more, or never was.
Result<std::optional<Shard>> FindShard(Database& database, Stream& stream, std::string_view shard_id);
Result<std::optional<Shard>> FindShard(Database& database, Stream& stream, ShardPlace place);

// "The data you are trying to access has been trimmed". Source: API_streams_GetRecords; its words in public reports.
ApiError TrimmedDataAccess();

// Least number of a change that can still be read: younger than 24 hours.
SequenceNumber TrimHorizon(const Database& database);

// Behind the newest change that can be read: where LATEST begins. Errors: kInternal.
Result<SequenceNumber> LatestNumber(Database& database, const Stream& stream, const Shard& shard);

struct PageLimits {
  std::size_t records = kMaxRecords;
  std::size_t bytes = kMaxRecordsSize;  // sum of size_bytes; the record that passes it is the next page's first
};

struct ChangePage {
  std::vector<ChangeRecord> records;  // by ascending number
  SequenceNumber next;                // from where the next page begins
  bool at_end = false;                // the shard is closed, and there are no changes from `next` on
};

// The changes from `from` on. An empty page of an open shard means that there is nothing new, or nothing that cannot be
// lost because the log stalls. Whether the shard is
// closed is asked of the stream, so a `Shard` may be kept while it is read.
// Errors: kTrimmedDataAccess if there were changes from `from` on that are older than 24 hours; kInternal.
Result<ChangePage> ReadShard(Database& database, const Stream& stream, const Shard& shard, SequenceNumber from,
                             const PageLimits& limits);

struct Backlog {
  std::size_t records = 0;
  std::optional<SequenceNumber> first;  // the oldest of them
};

// The changes of the shard from `from` on that can be read; counts `limit` at most. Errors: kInternal.
Result<Backlog> BacklogOf(Database& database, const Stream& stream, ShardPlace place, SequenceNumber from,
                          std::size_t limit);

}  // namespace dynarock
