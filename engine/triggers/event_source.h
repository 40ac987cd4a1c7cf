// A mapping at work: the lanes of the shards that are ready for it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "engine/triggers/shard_lane.h"

namespace dynarock {

class EventSource {
 public:
  // `lane_ended` is called on a thread of `pool` when a lane has ended. Requires: `pool` outlives it.
  EventSource(Database& database, TriggerRecords& records, EventDelivery& delivery, InvocationLog& log,
              EventSourceMapping mapping, const LaneTiming& timing, TaskPool& pool, std::function<void()> lane_ended);
  // Stops, and waits for calls under way. Requires: not on a thread of `pool`.
  ~EventSource();

  // Starts lanes of shards that are ready: those whose parent is done. A lane that ended before its shard was done is
  // started again. Errors: kInternal. Requires: one thread calls it.
  Result<void> Refresh();

  // Wakes the lanes of this stream; false if there is none.
  bool Wake(StreamId stream);

  void RequestStop();
  // Whether all lanes have ended; then the destructor does not wait.
  bool Ended() const;

  // Of the lanes that run, by shard id: the slowest position. Several lanes share a shard with a parallelization
  // factor.
  std::map<std::string, SequenceNumber> Positions() const;
  // The oldest stall of all lanes.
  std::optional<Stall> LongestStall() const;

  // Makes a mapping that starts at the latest pass over all that is there. Errors: kInternal.
  static Result<void> SkipToLatest(Database& database, TriggerRecords& records, const EventSourceMapping& mapping);

 private:
  struct RunningLane {
    StreamId stream;
    std::string shard_id;
    std::unique_ptr<ShardLane> lane;
    TaskPool::TaskPtr task;

    bool HasEnded() const { return TaskPool::HasEnded(*task); }
  };
  using LaneName = std::tuple<StreamId, std::string, std::int64_t>;  // stream, shard id, number

  Result<bool> StartLanes(const StreamPtr& stream);
  std::vector<std::int64_t> IdleLanes(const StreamPtr& stream, const Shard& shard);
  Result<void> StartShard(const StreamPtr& stream, const Shard& shard);
  Result<void> StartLane(const StreamPtr& stream, const Shard& shard, std::int64_t number,
                         const Checkpoint& checkpoint);

  Database& database_;
  EventDelivery& delivery_;
  InvocationLog& log_;
  const EventSourceMapping mapping_;
  const LaneTiming& timing_;
  TaskPool& pool_;
  const std::string group_;  // of its lanes' tasks: those of the function
  const std::function<void()> lane_ended_;
  Checkpoints checkpoints_;
  mutable std::mutex mutex_;
  bool stopping_ = false;
  std::map<LaneName, RunningLane> lanes_;
};

// The streams that a mapping's event source names, oldest first: one, or all of a table.
std::vector<StreamPtr> StreamsOf(Database& database, const EventSourceMapping& mapping);

}  // namespace dynarock
