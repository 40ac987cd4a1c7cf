// How far a mapping has come in a shard, kept in the store.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "engine/database/stream.h"
#include "engine/triggers/trigger_records.h"

namespace dynarock {

// Records below `next` are done. With a parallelization factor each lane of a shard has its own.
struct Checkpoint {
  SequenceNumber next;
  bool finished = false;     // the shard is closed and all of it is done
  EpochMillis window_start;  // of a tumbling window under way, else 0
  std::string window_state;  // JSON
};

// The checkpoints of one mapping: none of a shard, or one for each of its lanes. Thread-safe.
class Checkpoints {
 public:
  Checkpoints(TriggerRecords& records, std::string mapping_uuid)
      : records_(records), mapping_uuid_(std::move(mapping_uuid)) {}

  // Errors of all: kInternal.
  Result<void> Save(const std::string& shard_id, std::int64_t lane, const Checkpoint& checkpoint);
  // By lane.
  Result<std::map<std::int64_t, Checkpoint>> Of(const std::string& shard_id) const;
  // Gives each of `lanes` lanes that has no checkpoint in the shard one at `start`; returns all. A lane that is stuck
  // with its first batch needs one: else Recut would take the shard for one of fewer lanes and pass over that batch.
  Result<std::map<std::int64_t, Checkpoint>> Begin(const std::string& shard_id, std::int64_t lanes,
                                                   SequenceNumber start);
  // Cuts each shard that has another number of lanes into `lanes`: all begin where the slowest was.
  Result<void> Recut(std::int64_t lanes);
  Result<void> RemoveAll();

  // Removes the checkpoints of all mappings in shards that are not among `live()`, which is asked for after the
  // checkpoints are read: the shard of each is known by then, or gone.
  static Result<void> Prune(TriggerRecords& records, const std::function<Result<std::set<std::string>>()>& live);

 private:
  std::string IdOf(const std::string& shard_id, std::int64_t lane) const;
  Result<void> Replace(const std::string& shard_id, const std::map<std::int64_t, Checkpoint>& lanes);

  TriggerRecords& records_;
  const std::string mapping_uuid_;
};

}  // namespace dynarock
