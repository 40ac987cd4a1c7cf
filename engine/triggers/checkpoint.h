// How far a mapping has come in a shard, kept in the store.
#pragma once

#include <map>
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

// The checkpoints of one mapping. Thread-safe.
class Checkpoints {
 public:
  Checkpoints(TriggerRecords& records, std::string mapping_uuid)
      : records_(records), mapping_uuid_(std::move(mapping_uuid)) {}

  // Errors of all: kInternal.
  Result<void> Save(const std::string& shard_id, std::int64_t lane, const Checkpoint& checkpoint);
  // By lane.
  Result<std::map<std::int64_t, Checkpoint>> Of(const std::string& shard_id) const;
  // Whether `lanes` lanes have finished the shard.
  Result<bool> Finished(const std::string& shard_id, std::int64_t lanes) const;
  // Cuts each shard that has another number of lanes into `lanes`: all begin where the slowest was.
  Result<void> Recut(std::int64_t lanes);
  Result<void> RemoveAll();

 private:
  std::string IdOf(const std::string& shard_id, std::int64_t lane) const;

  TriggerRecords& records_;
  const std::string mapping_uuid_;
};

}  // namespace dynarock
