// An event source mapping: which stream's records go to which function, in what portions, and what happens to those it
// fails on. The names, defaults and ranges are Lambda's.
// Source: Lambda Developer Guide, "Process DynamoDB records with Lambda", event source mapping parameters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/result.h"

namespace dynarock {

enum class StartingPosition { kTrimHorizon, kLatest };

struct EventSourceMapping {
  std::string uuid;
  std::string event_source_arn;  // of a stream, or of a table: then whatever stream it has
  std::string function_name;
  StartingPosition starting_position = StartingPosition::kLatest;
  std::int64_t batch_size = 100;             // records; 1 to 10,000
  std::int64_t maximum_batching_window = 0;  // seconds; 0 to 300
  std::int64_t parallelization_factor = 1;   // lanes a shard; 1 to 10
  std::int64_t maximum_retry_attempts = -1;  // -1: as long as the record lives; to 10,000
  std::int64_t maximum_record_age = -1;      // seconds; -1: as long as the record lives; 60 to 604,800
  bool bisect_on_error = false;
  bool report_batch_item_failures = false;
  std::string on_failure;            // "file://name", "http://...", an ARN (only logged), "" for none
  std::vector<std::string> filters;  // patterns, JSON; up to five, one of them must match
  std::int64_t tumbling_window = 0;  // seconds; 0 to 900
  bool enabled = true;
  EpochMillis created;  // records before it are not for a mapping that starts at the latest
  EpochMillis modified;
  bool is_configured = false;  // named in the file of triggers, so not changed by the API
};

// Errors: kValidation in Lambda's words: a value out of its range, options that exclude each other.
Result<void> CheckMapping(const EventSourceMapping& mapping);

std::string EncodeMapping(const EventSourceMapping& mapping);
// Errors: kInternal for a record that is torn, or has values that this program does not know.
Result<EventSourceMapping> DecodeMapping(std::string_view record);

}  // namespace dynarock
