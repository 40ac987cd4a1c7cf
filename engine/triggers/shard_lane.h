// One lane of one shard for one mapping: reads, gathers a batch, and delivers it until it is done or given up.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "engine/database/database.h"
#include "engine/streams/stream_reader.h"
#include "engine/triggers/checkpoint.h"
#include "engine/triggers/event_delivery.h"
#include "engine/triggers/invocation_log.h"
#include "engine/triggers/task_pool.h"

namespace dynarock {

// How long lanes wait, by the machine's clock.
struct LaneTiming {
  std::chrono::milliseconds first_pause{100};  // after the first failure of a batch; doubled after each further one
  std::chrono::milliseconds longest_pause{30'000};
  std::chrono::milliseconds look{1'000};  // without news, for what only time brings
};

// What the lanes of a mapping share.
struct LaneSurroundings {
  Database& database;
  Checkpoints& checkpoints;
  EventDelivery& delivery;
  InvocationLog& log;
  const EventSourceMapping& mapping;
  const LaneTiming& timing;
};

// Why a lane does not get on.
struct Stall {
  EpochMillis since;  // the first failure
  int attempts = 0;   // failures since then
  std::string error;  // of the last one
  bool of_function = true;
};

struct LaneProgress {
  SequenceNumber position;  // all before it is delivered, given up or filtered out
  std::optional<Stall> stall;
};

class ShardLane {
 public:
  // `lane` in [0, mapping.parallelization_factor): it takes the records whose keys fall to it, from `checkpoint` on.
  // `filter` may be null.
  ShardLane(LaneSurroundings surroundings, StreamPtr stream, Shard shard, std::int64_t lane, Checkpoint checkpoint,
            EventDelivery::Filter filter);

  // A task of a TaskPool: reads a page, or calls the function once. Gives when it goes on; nullopt once the shard is at
  // its end and that is saved, or after RequestStop. What was not delivered then is not checkpointed. An error, also an
  // exception of the delivery, does not end the lane: it reads again from its checkpoint.
  std::optional<TaskPool::Pause> Step();

  // From any thread: no call after the one that is under way, and a failure of that one counts for nothing.
  void RequestStop() { stopping_ = true; }

  // From any thread.
  LaneProgress progress() const;

 private:
  using SteadyClock = std::chrono::steady_clock;

  struct Batch {
    std::vector<ChangeRecord> records;
    SequenceNumber next;  // after all that was read for it
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

  using Pause = TaskPool::Pause;

  Result<Pause> Proceed();
  void StartBatch();
  Result<bool> Refill();
  bool TakeInto(Batch& batch);
  bool WindowIsOver() const;
  bool BelongsHere(const ChangeRecord& record) const;
  Result<std::optional<Pause>> Gather();
  Pause WaitForRecords();

  void BeginDelivery();
  void BeginClosing();
  std::optional<Pause> DeliverPart();
  std::optional<Pause> CallWith(Part& part);
  Result<void> EndBatch();
  // Changes what is left after a call that failed; false if all of `part` is done or given up.
  bool AfterFailure(const EventBatch& batch, const DeliveryOutcome& outcome);
  void GiveUpOld(Part& part);
  EventBatch BatchOf(const Part& part) const;
  DeliveryOutcome Call(const EventBatch& batch, int attempt);
  bool GivesUpAt(int attempts) const;
  Result<void> Save(SequenceNumber next, bool finished);
  void SaveWhatWasPassed(SequenceNumber next);

  void Publish(SequenceNumber position);
  void NoteFailure(const std::string& error, bool of_function);
  void NoteSuccess();

  const LaneSurroundings here_;
  const StreamPtr stream_;
  const Shard shard_;  // its place and start, which do not change; its end is asked of the stream
  const std::int64_t lane_;
  const std::string stream_arn_;
  const EventDelivery::Filter filter_;
  Checkpoint checkpoint_;
  bool unsaved_ = false;             // the checkpoint is ahead of the store's
  SequenceNumber read_to_;           // after the buffer
  std::deque<ChangeRecord> buffer_;  // read, not yet in a batch
  bool read_all_ = false;            // the shard ends with the buffer
  Batch batch_;                      // gathered, or being delivered
  bool is_delivering_ = false;
  bool is_closing_ = false;  // what is delivered is the end of its window, without records
  std::deque<Part> parts_;   // of the batch that is being delivered
  SteadyClock::time_point due_ = SteadyClock::time_point::max();  // of the batch that is being gathered
  SteadyClock::time_point next_idle_save_;
  SteadyClock::time_point next_report_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  LaneProgress progress_;
};

}  // namespace dynarock
