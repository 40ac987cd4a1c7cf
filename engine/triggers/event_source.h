// A mapping at work: the lanes of the shards that are ready for it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/triggers/shard_lane.h"

namespace dynarock {

class EventSource {
 public:
  // `lane_ended` is called on a lane's thread when it is through with its shard.
  EventSource(Database& database, TriggerRecords& records, EventDelivery& delivery, InvocationLog& log,
              EventSourceMapping mapping, std::function<void()> lane_ended);
  // Stops, and waits for calls under way.
  ~EventSource();

  // Starts lanes of shards that are ready: those whose parent is done. Errors: kInternal.
  Result<void> Refresh();

  // Wakes the lanes of this stream; false if there is none.
  bool Wake(StreamId stream);

  void RequestStop();
  // Whether all lanes have ended; then the destructor does not wait.
  bool Ended() const;

  // Makes a mapping that starts at the latest pass over all that is there. Errors: kInternal.
  static Result<void> SkipToLatest(Database& database, TriggerRecords& records, const EventSourceMapping& mapping);

 private:
  struct RunningLane {
    StreamId stream;
    std::unique_ptr<ShardLane> lane;
    std::atomic<bool> ended = false;
    std::jthread thread;
  };

  Result<bool> StartLanes(const StreamPtr& stream);
  void StartShard(const StreamPtr& stream, const Shard& shard);

  Database& database_;
  EventDelivery& delivery_;
  InvocationLog& log_;
  const EventSourceMapping mapping_;
  const std::function<void()> lane_ended_;
  Checkpoints checkpoints_;
  mutable std::mutex mutex_;
  bool stopping_ = false;
  std::set<std::string> started_;  // "table/label/shard"
  std::vector<std::unique_ptr<RunningLane>> lanes_;
};

// The streams that a mapping's event source names, oldest first: one, or all of a table.
std::vector<StreamPtr> StreamsOf(Database& database, const EventSourceMapping& mapping);

}  // namespace dynarock
