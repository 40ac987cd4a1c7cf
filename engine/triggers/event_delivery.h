// The seam between triggers and what they call: the engine says which records to deliver, others turn them into an
// event, call the function and read its answer.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "engine/database/stream.h"
#include "engine/streams/change_record.h"
#include "engine/triggers/event_source_mapping.h"

namespace dynarock {

// The window that a mapping with a tumbling window aggregates into.
struct TumblingWindow {
  EpochMillis start;
  EpochMillis end;
  std::string state;      // JSON; what the function returned last, "" at first
  bool is_final = false;  // no records of this window come any more
};

// What one call of a function gets. Views hold until the call returns.
struct EventBatch {
  const EventSourceMapping& mapping;
  const StreamDefinition& stream;
  std::string stream_arn;
  std::string shard_id;
  std::span<const ChangeRecord> records;
  std::optional<TumblingWindow> window;
};

struct DeliveryOutcome {
  bool ok = true;
  bool function_failed = false;  // it threw or did not answer; else its answer tells of failures
  std::string error;             // of a failure: its type and message, for people
  // With ReportBatchItemFailures: the first record that failed; those before it are done.
  std::optional<SequenceNumber> first_failed;
  std::string state;  // of a tumbling window
};

enum class DiscardReason { kRetryAttemptsExhausted, kRecordAgeExceeded };

class EventDelivery {
 public:
  using Filter = std::function<bool(const ChangeRecord&)>;

  virtual ~EventDelivery() = default;

  // What the mapping's filter criteria say of a record; null if it has none. Errors: kValidation for a pattern that an
  // older version took; then nothing is delivered, so that nothing is passed over.
  virtual Result<Filter> FilterOf(const EventSourceMapping& mapping, const StreamDefinition& stream,
                                  const std::string& stream_arn) = 0;

  // Why the function cannot be called, in the form of Lambda's LastProcessingResult ("PROBLEM: ..."): it is not there.
  // "" if nothing is known against it.
  virtual std::string ProblemOf(const EventSourceMapping& mapping) = 0;

  // Calls the function; blocks until it answered or failed. Called from many threads.
  virtual DeliveryOutcome Deliver(const EventBatch& batch) = 0;

  // Tells the on-failure destination of records that are given up after `attempts` calls; the last of them ended as
  // `function_failed` says.
  virtual void Discard(const EventBatch& batch, DiscardReason reason, int attempts, bool function_failed) = 0;
};

}  // namespace dynarock
