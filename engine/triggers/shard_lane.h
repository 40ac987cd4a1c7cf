// One lane of one shard for one mapping: reads, gathers a batch, delivers it until it is done or given up, and goes on.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/database/database.h"
#include "engine/streams/stream_reader.h"
#include "engine/triggers/checkpoint.h"
#include "engine/triggers/event_delivery.h"
#include "engine/triggers/invocation_log.h"

namespace dynarock {

// What the lanes of a mapping share.
struct LaneSurroundings {
  Database& database;
  Checkpoints& checkpoints;
  EventDelivery& delivery;
  InvocationLog& log;
  const EventSourceMapping& mapping;
};

class ShardLane {
 public:
  // `lane` in [0, mapping.parallelization_factor): it takes the records whose keys fall to it.
  ShardLane(LaneSurroundings surroundings, StreamPtr stream, Shard shard, std::int64_t lane);

  // Until the shard is at its end, or `stop` is asked for; whatever was not delivered then is not checkpointed. An
  // exception is logged, and the lane begins again at its checkpoint a while later.
  void Run(const std::stop_token& stop) noexcept;

  // There may be new records. From any thread; does not wait for anybody who blocks.
  void Wake();

 private:
  using SteadyClock = std::chrono::steady_clock;

  struct Batch {
    std::vector<ChangeRecord> records;
    SequenceNumber next;  // behind all that was read for it
    bool at_end = false;
    bool closes_window = false;
  };

  // A part of a batch that is yet to be delivered.
  struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
    int attempts = 0;
    bool function_failed = false;  // the last attempt
  };

  void RunOnce(const std::stop_token& stop);
  Result<void> Load();
  Result<Batch> Gather(const std::stop_token& stop);
  Result<bool> Refill();
  bool TakeInto(Batch& batch);
  bool WindowIsOver() const;
  bool BelongsHere(const ChangeRecord& record) const;

  bool Deliver(Batch& batch, const std::stop_token& stop);
  bool DeliverParts(const std::vector<ChangeRecord>& records, bool closes_window, const std::stop_token& stop);
  // Changes what is left behind a call that failed; false if all of `part` is done or given up.
  bool AfterFailure(const EventBatch& batch, const DeliveryOutcome& outcome, std::deque<Part>& parts);
  void GiveUpOld(const std::vector<ChangeRecord>& records, Part& part);
  EventBatch BatchOf(const std::vector<ChangeRecord>& records, const Part& part, bool closes_window) const;
  DeliveryOutcome Call(const EventBatch& batch, int attempt);
  bool GivesUpAt(int attempts) const;
  void Save(SequenceNumber next, bool finished);
  bool Wait(const std::stop_token& stop, SteadyClock::time_point until, bool for_news);

  const LaneSurroundings here_;
  const StreamPtr stream_;
  const Shard shard_;
  const std::int64_t lane_;
  const std::string stream_arn_;
  EventDelivery::Filter filter_;
  Checkpoint checkpoint_;
  SequenceNumber read_to_;           // behind the buffer
  std::deque<ChangeRecord> buffer_;  // read, not yet in a batch
  bool read_all_ = false;            // the shard's end is behind the buffer
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool news_ = true;
};

}  // namespace dynarock
