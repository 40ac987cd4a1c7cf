// Records of a stream as the event that Lambda hands to a function.
#pragma once

#include <optional>
#include <string>

#include "engine/triggers/event_delivery.h"
#include "protocol/json.h"

namespace dynarock {

// One element of "Records".
void WriteEventRecord(JsonWriter& out, const ChangeRecord& record, const StreamDefinition& stream,
                      const std::string& stream_arn);

// {"Records": [...]}, with the members of a tumbling window where there is one.
std::string EventOf(const EventBatch& batch);

// What an on-failure destination gets instead of the records: where they are, and how the last call ended.
// Source: Lambda Developer Guide, "Retain discarded batch records for a DynamoDB event source", example invocation
// record.
std::string DiscardedEventOf(const EventBatch& batch, DiscardReason reason, int attempts,
                             const std::string& function_arn, bool function_failed, EpochMillis now);

// What the function's answer says of the batch. With ReportBatchItemFailures: no list, or an empty one, is success; an
// identifier that is empty, null or unknown fails all.
DeliveryOutcome OutcomeOf(const EventBatch& batch, const std::string& answer);

}  // namespace dynarock
