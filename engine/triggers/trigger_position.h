// How far a mapping has come in its streams, for people and tools.
#pragma once

#include <map>
#include <string>

#include "engine/database/database.h"
#include "engine/triggers/checkpoint.h"
#include "engine/triggers/event_source_mapping.h"

namespace dynarock {

struct TriggerPosition {
  std::string stream_label;              // of the oldest stream that is not done; "" if there is no stream
  std::optional<SequenceNumber> oldest;  // of the oldest record that is not done; none if all are
  std::optional<SequenceNumber> newest;  // after all that is done in the shard that has come furthest
  std::int64_t records_behind = 0;       // not done yet, also those that the filters will pass over
  bool at_least = false;                 // counting stopped at kMostCounted
  std::int64_t milliseconds_behind = 0;  // age of the oldest record that is not done
};

inline constexpr std::int64_t kMostCounted = 10'000;

// `running` has the positions of the lanes that run, by shard id; others are read from the checkpoints.
// Errors: kInternal.
Result<TriggerPosition> FindPosition(Database& database, TriggerRecords& records, const EventSourceMapping& mapping,
                                     const std::map<std::string, SequenceNumber>& running);

}  // namespace dynarock
