// One lane of one shard for one mapping: reads, gathers a batch, and delivers it until it is done or given up.
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

  // Until the shard is at its end and that is saved, or `stop` is asked for; whatever was not delivered then is not
  // checkpointed. An error, also an exception of the delivery, does not end it: it reads again from its checkpoint.
  void Run(const std::stop_token& stop);

  // There may be new records. From any thread; does not wait for a thread that blocks.
  void Wake();

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

  Result<void> ReadOn(const std::stop_token& stop);
  Result<Batch> Gather(const std::stop_token& stop);
  Result<bool> Refill();
  bool TakeInto(Batch& batch);
  bool WindowIsOver() const;
  bool BelongsHere(const ChangeRecord& record) const;

  bool Deliver(Batch& batch, const std::stop_token& stop);
  bool DeliverParts(const std::vector<ChangeRecord>& records, bool closes_window, const std::stop_token& stop);
  // Changes what is left after a call that failed; false if all of `part` is done or given up.
  bool AfterFailure(const EventBatch& batch, const DeliveryOutcome& outcome, std::deque<Part>& parts);
  void GiveUpOld(const std::vector<ChangeRecord>& records, Part& part);
  EventBatch BatchOf(const std::vector<ChangeRecord>& records, const Part& part, bool closes_window) const;
  DeliveryOutcome Call(const EventBatch& batch, int attempt);
  bool GivesUpAt(int attempts) const;
  Result<void> Save(SequenceNumber next, bool finished);
  void SaveWhatWasPassed(SequenceNumber next);
  bool Wait(const std::stop_token& stop, SteadyClock::time_point until, bool for_news);

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
  SteadyClock::time_point next_idle_save_;
  SteadyClock::time_point next_report_;
  mutable std::mutex mutex_;
  std::condition_variable_any woken_;
  bool news_ = true;
  LaneProgress progress_;
};

}  // namespace dynarock
