#include "engine/triggers/shard_lane.h"

#include <algorithm>
#include <exception>

#include "engine/base/log.h"

namespace dynarock {
namespace {

constexpr std::size_t kMostBytes = 6 * 1024 * 1024;  // of a batch; Lambda's limit of a payload
constexpr int kStuckAttempts = 5;                    // failures after which the log says that a trigger is stuck
constexpr std::chrono::minutes kReportEvery(1);      // for each lane

std::chrono::milliseconds PauseAfter(int attempts, const LaneTiming& timing) {
  return std::min(timing.longest_pause, timing.first_pause * (1 << std::min(attempts - 1, 10)));
}

}  // namespace

ShardLane::ShardLane(LaneSurroundings surroundings, StreamPtr stream, Shard shard, std::int64_t lane,
                     Checkpoint checkpoint, EventDelivery::Filter filter)
    : here_(surroundings),
      stream_(std::move(stream)),
      shard_(std::move(shard)),
      lane_(lane),
      stream_arn_(StreamArn(here_.database.identity(), *stream_)),
      filter_(std::move(filter)),
      checkpoint_(std::move(checkpoint)),
      read_to_(checkpoint_.next),
      progress_{checkpoint_.next, std::nullopt} {
  StartBatch();
}

LaneProgress ShardLane::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void ShardLane::Publish(SequenceNumber position) {
  const std::lock_guard lock(mutex_);
  progress_.position = position;
}

void ShardLane::NoteFailure(const std::string& error, bool of_function) {
  Stall stall;
  {
    const std::lock_guard lock(mutex_);
    if (!progress_.stall) progress_.stall = Stall{here_.database.clock().Now(), 0, {}, of_function};
    ++progress_.stall->attempts;
    progress_.stall->error = error;
    progress_.stall->of_function = of_function;
    stall = *progress_.stall;
  }
  const auto now = SteadyClock::now();
  if (stall.attempts < kStuckAttempts || now < next_report_) return;
  next_report_ = now + kReportEvery;
  Log(LogLevel::kError, "trigger stuck",
      {{"function", here_.mapping.function_name},
       {"uuid", here_.mapping.uuid},
       {"shard", shard_.id},
       {"attempts", stall.attempts},
       {"seconds", (here_.database.clock().Now().value - stall.since.value) / 1000},
       {"error", stall.error}});
}

void ShardLane::NoteSuccess() {
  const std::lock_guard lock(mutex_);
  progress_.stall.reset();
}

std::optional<TaskPool::Pause> ShardLane::Step() {
  if (stopping_ || checkpoint_.finished) return std::nullopt;
  try {
    const Result<Pause> pause = Proceed();
    if (pause) return stopping_ || checkpoint_.finished ? std::nullopt : std::optional(*pause);
    NoteFailure(pause.error().message, false);
  } catch (const std::exception& error) {
    NoteFailure(error.what(), false);
  }
  // Again from the checkpoint: what was read since then may be in the batch that the error dropped.
  buffer_.clear();
  read_to_ = checkpoint_.next;
  read_all_ = false;
  StartBatch();
  return Pause{SteadyClock::now() + here_.timing.look};
}

// One step of the batch that is gathered or delivered.
Result<ShardLane::Pause> ShardLane::Proceed() {
  if (!is_delivering_) {
    TRY(const std::optional<Pause> pause, Gather());
    if (pause) return *pause;
    BeginDelivery();
  }
  if (const std::optional<Pause> pause = DeliverPart()) return *pause;
  TRY_VOID(EndBatch());
  return Pause{};
}

void ShardLane::StartBatch() {
  batch_ = Batch{};
  batch_.next = checkpoint_.next;
  is_delivering_ = is_closing_ = false;
  parts_.clear();
  due_ = SteadyClock::time_point::max();
}

// Everything of the batch is delivered or given up.
Result<void> ShardLane::EndBatch() {
  Result<void> saved = Save(batch_.next, batch_.at_end);
  // The shard's children begin once its end is in the store.
  if (!saved && batch_.at_end) return saved;
  NoteSuccess();
  StartBatch();
  return {};
}

// If it can't be written now, the next one will be; until then a restart delivers records twice.
Result<void> ShardLane::Save(SequenceNumber next, bool finished) {
  const bool is_new = checkpoint_.next != next || finished || here_.mapping.tumbling_window > 0;
  if (!is_new && !unsaved_) return {};
  checkpoint_.next = next;
  Checkpoint saved = checkpoint_;
  saved.finished = finished;
  unsaved_ = true;
  TRY_VOID(here_.checkpoints.Save(shard_.id, lane_, saved));
  unsaved_ = false;
  checkpoint_.finished = finished;
  Publish(next);
  return {};
}

// Filtered records move the checkpoint too, now and then: else a restart would read all of them again.
void ShardLane::SaveWhatWasPassed(SequenceNumber next) {
  const auto now = SteadyClock::now();
  if ((next == checkpoint_.next && !unsaved_) || now < next_idle_save_) return;
  next_idle_save_ = now + here_.timing.look;
  static_cast<void>(Save(next, false).has_value());
}

bool ShardLane::BelongsHere(const ChangeRecord& record) const {
  const auto lanes = static_cast<std::size_t>(here_.mapping.parallelization_factor);
  if (lanes > 1 && std::hash<std::string>()(record.keys) % lanes != static_cast<std::size_t>(lane_)) return false;
  return !filter_ || filter_(record);
}

// Reads on into the buffer; whether there was anything. What the stream does not keep any more is passed over.
Result<bool> ShardLane::Refill() {
  const PageLimits limits{.records =
                              static_cast<std::size_t>(std::clamp<std::int64_t>(here_.mapping.batch_size, 100, 1000))};
  Result<ChangePage> page = ReadShard(here_.database, *stream_, shard_, read_to_, limits);
  if (!page && page.error().code == ErrorCode::kTrimmedDataAccess) {
    read_to_ = std::max(read_to_, TrimHorizon(here_.database));
    page = ReadShard(here_.database, *stream_, shard_, read_to_, limits);
  }
  if (!page) return page.error();
  read_to_ = page->next;
  read_all_ = page->at_end;
  for (ChangeRecord& record : page->records) buffer_.push_back(std::move(record));
  return !page->records.empty();
}

// Moves records from the buffer into the batch; true if the batch is full.
bool ShardLane::TakeInto(Batch& batch) {
  std::size_t bytes = 0;
  for (const ChangeRecord& record : batch.records) bytes += record.size_bytes();
  const std::int64_t window = here_.mapping.tumbling_window * 1000;
  while (!buffer_.empty()) {
    ChangeRecord& record = buffer_.front();
    if (BelongsHere(record)) {
      if (window > 0) {
        const EpochMillis start{record.created().value / window * window};
        if (checkpoint_.window_start.value == 0) checkpoint_.window_start = start;
        if (checkpoint_.window_start < start) return batch.closes_window = true;
      }
      bytes += record.size_bytes();
      if (bytes > kMostBytes && !batch.records.empty()) return true;
      batch.records.push_back(std::move(record));
    }
    batch.next = SequenceNumber{buffer_.front().number.value + 1};
    buffer_.pop_front();
    if (batch.records.size() == static_cast<std::size_t>(here_.mapping.batch_size)) return true;
  }
  return false;
}

bool ShardLane::WindowIsOver() const {
  const std::int64_t window = here_.mapping.tumbling_window * 1000;
  return window > 0 && checkpoint_.window_start.value > 0 &&
         here_.database.clock().Now().value >= checkpoint_.window_start.value + window;
}

// Reads on, one page at most. Nothing once the batch is complete: it is full, its time has passed, or the shard is at
// its end.
Result<std::optional<ShardLane::Pause>> ShardLane::Gather() {
  const std::optional<Pause> complete;
  if (TakeInto(batch_)) return complete;
  TRY(const bool found, Refill());
  if (found) return std::optional(Pause{});
  batch_.next = std::max(batch_.next, read_to_);
  if (read_all_) {
    batch_.at_end = true;
    batch_.closes_window = checkpoint_.window_start.value > 0;
    return complete;
  }
  if (WindowIsOver()) {
    batch_.closes_window = true;
    return complete;
  }
  if (!batch_.records.empty()) {
    if (due_ == SteadyClock::time_point::max()) {
      due_ = SteadyClock::now() + std::chrono::seconds(here_.mapping.maximum_batching_window);
    }
    if (SteadyClock::now() >= due_) return complete;
  }
  return std::optional(WaitForRecords());
}

ShardLane::Pause ShardLane::WaitForRecords() {
  Publish(batch_.records.empty() ? batch_.next : batch_.records.front().number);
  if (batch_.records.empty()) SaveWhatWasPassed(batch_.next);
  return {std::min(due_, SteadyClock::now() + here_.timing.look), true};
}

EventBatch ShardLane::BatchOf(const Part& part) const {
  EventBatch batch{.mapping = here_.mapping,
                   .stream = stream_->definition(),
                   .stream_arn = stream_arn_,
                   .shard_id = shard_.id,
                   .records = std::span(batch_.records).subspan(part.begin, part.end - part.begin),
                   .window = std::nullopt};
  if (const std::int64_t window = here_.mapping.tumbling_window * 1000; window > 0) {
    const EpochMillis start = checkpoint_.window_start;
    batch.window = {start, EpochMillis{start.value + window}, checkpoint_.window_state, is_closing_};
  }
  return batch;
}

void ShardLane::BeginDelivery() {
  Publish(batch_.records.empty() ? batch_.next : batch_.records.front().number);
  is_delivering_ = true;
  if (!batch_.records.empty()) {
    parts_ = {{0, batch_.records.size()}};
  } else if (batch_.closes_window) {
    BeginClosing();
  }
}

void ShardLane::BeginClosing() {
  is_closing_ = true;
  batch_.records.clear();
  parts_ = {Part{}};
}

// Calls the function at most once. Gives the pause before the next call; nothing if all of the batch is delivered or
// given up.
std::optional<ShardLane::Pause> ShardLane::DeliverPart() {
  while (!parts_.empty()) {
    Part& part = parts_.front();
    GiveUpOld(part);
    if (part.begin == part.end && !is_closing_) {
      parts_.pop_front();
      continue;
    }
    if (const auto retry = CallWith(part)) return retry;
    break;
  }
  if (!parts_.empty()) return Pause{};
  if (!batch_.closes_window) return std::nullopt;
  if (!is_closing_) {
    BeginClosing();
    return Pause{};
  }
  checkpoint_.window_start = {};
  checkpoint_.window_state.clear();
  return std::nullopt;
}

// Gives when the next attempt is due; nothing if the part is done, given up or cut.
std::optional<ShardLane::Pause> ShardLane::CallWith(Part& part) {
  const EventBatch batch = BatchOf(part);
  const DeliveryOutcome outcome = Call(batch, ++part.attempts);
  part.function_failed = outcome.function_failed;
  if (outcome.ok && !outcome.first_failed) {
    if (here_.mapping.tumbling_window > 0) checkpoint_.window_state = outcome.state;
    if (parts_.size() > 1) {
      static_cast<void>(Save(SequenceNumber{batch_.records[part.end - 1].number.value + 1}, false).has_value());
    }
    parts_.pop_front();
    NoteSuccess();
    return std::nullopt;
  }
  if (stopping_) return Pause{};  // the call may have failed because of it
  NoteFailure(outcome.error, true);
  const auto pause = PauseAfter(part.attempts, here_.timing);
  if (AfterFailure(batch, outcome)) return Pause{SteadyClock::now() + pause};
  NoteSuccess();
  return std::nullopt;
}

// Leading records that are too old to be tried.
void ShardLane::GiveUpOld(Part& part) {
  const std::vector<ChangeRecord>& records = batch_.records;
  const std::int64_t age = here_.mapping.maximum_record_age;
  const std::int64_t most = age < 0 ? kStreamRetention : std::min(age * 1000, kStreamRetention);
  const std::int64_t oldest = here_.database.clock().Now().value - most;
  Part old{part.begin, part.begin};
  while (old.end < part.end && records[old.end].created().value < oldest) ++old.end;
  if (old.begin == old.end) return;
  here_.delivery.Discard(BatchOf(old), DiscardReason::kRecordAgeExceeded, part.attempts, part.function_failed);
  part.begin = old.end;
}

DeliveryOutcome ShardLane::Call(const EventBatch& batch, int attempt) {
  const auto start = SteadyClock::now();
  DeliveryOutcome outcome = here_.delivery.Deliver(batch);
  if (!outcome.ok && outcome.error.empty()) outcome.error = "failed";
  if (outcome.first_failed && outcome.error.empty()) outcome.error = "reported failures of items";
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - start);
  InvocationEntry entry{.time = here_.database.clock().Now(),
                        .mapping_uuid = here_.mapping.uuid,
                        .function_name = here_.mapping.function_name,
                        .shard_id = shard_.id,
                        .first_sequence_number = {},
                        .last_sequence_number = {},
                        .records = static_cast<std::int64_t>(batch.records.size()),
                        .milliseconds = took.count(),
                        .attempt = attempt,
                        .error = outcome.error};
  if (!batch.records.empty()) {
    entry.first_sequence_number = SequenceNumberText(batch.records.front().number);
    entry.last_sequence_number = SequenceNumberText(batch.records.back().number);
  }
  entry.discarded =
      !entry.error.empty() && GivesUpAt(attempt) && (batch.records.size() <= 1 || !here_.mapping.bisect_on_error);
  here_.log.Add(std::move(entry));
  return outcome;
}

bool ShardLane::GivesUpAt(int attempts) const {
  const std::int64_t most = here_.mapping.maximum_retry_attempts;
  return most >= 0 && attempts > most;
}

bool ShardLane::AfterFailure(const EventBatch& batch, const DeliveryOutcome& outcome) {
  Part& part = parts_.front();
  if (outcome.first_failed) {
    // Records before the first that failed are done.
    const auto failed = std::find_if(batch.records.begin(), batch.records.end(), [&](const ChangeRecord& record) {
      return record.number == *outcome.first_failed;
    });
    const auto done = static_cast<std::size_t>(failed - batch.records.begin());
    if (failed != batch.records.end() && done > 0) {
      static_cast<void>(Save(*outcome.first_failed, false).has_value());
      part.begin += done;
      if (!GivesUpAt(part.attempts)) return true;
      const EventBatch rest{batch.mapping, batch.stream, batch.stream_arn, batch.shard_id, batch.records.subspan(done),
                            batch.window};
      here_.delivery.Discard(rest, DiscardReason::kRetryAttemptsExhausted, part.attempts, part.function_failed);
      parts_.pop_front();
      return false;
    }
  }
  const std::size_t size = part.end - part.begin;
  if (here_.mapping.bisect_on_error && size > 1) {
    // Splitting does not count as a try.
    const Part second{part.begin + size / 2, part.end, part.attempts - 1, part.function_failed};
    part.end = second.begin;
    --part.attempts;
    parts_.insert(parts_.begin() + 1, second);
    return true;
  }
  if (!GivesUpAt(part.attempts)) return true;
  here_.delivery.Discard(batch, DiscardReason::kRetryAttemptsExhausted, part.attempts, part.function_failed);
  parts_.pop_front();
  return false;
}

}  // namespace dynarock
