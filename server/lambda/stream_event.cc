#include "server/lambda/stream_event.h"

#include <algorithm>

#include "engine/base/iso_time.h"
#include "engine/base/uuid.h"
#include "protocol/codec/streams.h"
#include "server/lambda/api_json.h"

namespace dynarock {
namespace {

std::string RegionOf(const std::string& arn) {
  const std::size_t begin = std::string_view("arn:aws:dynamodb:").size();
  return arn.substr(begin, arn.find(':', begin) - begin);
}

void WriteWindow(JsonWriter& out, const EventBatch& batch) {
  WriteKey(out, "window");
  out.StartObject();
  WriteMember(out, "start", IsoSeconds(batch.window->start) + "Z");
  WriteMember(out, "end", IsoSeconds(batch.window->end) + "Z");
  out.EndObject();
  WriteKey(out, "state");
  const std::string& state = batch.window->state;
  if (state.empty()) {
    out.StartObject();
    out.EndObject();
  } else {
    out.RawValue(state.data(), state.size(), rapidjson::kObjectType);
  }
  WriteMember(out, "shardId", batch.shard_id);
  WriteMember(out, "eventSourceARN", batch.stream_arn);
  WriteKey(out, "isFinalInvokeForWindow");
  out.Bool(batch.window->is_final);
  WriteKey(out, "isWindowTerminatedEarly");
  out.Bool(false);
}

// The first record that failed by "batchItemFailures": where several are named, the earliest.
DeliveryOutcome FailuresOf(const EventBatch& batch, const Json& failures) {
  DeliveryOutcome outcome;
  for (const Json& failure : failures.GetArray()) {
    const Json* identifier = failure.IsObject() ? FindField(failure, "itemIdentifier") : nullptr;
    const std::string text(identifier != nullptr && identifier->IsString() ? TextOf(*identifier) : "");
    const auto found = std::find_if(batch.records.begin(), batch.records.end(), [&](const ChangeRecord& record) {
      return SequenceNumberText(record.number) == text;
    });
    if (found == batch.records.end()) {
      return {.ok = false,
              .error = "batchItemFailures names a record that is not in the batch: \"" + text + "\"",
              .first_failed = {},
              .state = {}};
    }
    if (!outcome.first_failed || found->number < *outcome.first_failed) outcome.first_failed = found->number;
  }
  return outcome;
}

}  // namespace

void WriteEventRecord(JsonWriter& out, const ChangeRecord& record, const StreamDefinition& stream,
                      const std::string& stream_arn) {
  WriteChange(out, record, stream.view, RegionOf(stream_arn), ChangeForm::kLambdaEvent, stream_arn);
}

std::string EventOf(const EventBatch& batch) {
  return WrittenObject([&](JsonWriter& out) {
    WriteKey(out, "Records");
    out.StartArray();
    for (const ChangeRecord& record : batch.records) WriteEventRecord(out, record, batch.stream, batch.stream_arn);
    out.EndArray();
    if (batch.window) WriteWindow(out, batch);
  });
}

std::string DiscardedEventOf(const EventBatch& batch, DiscardReason reason, int attempts,
                             const std::string& function_arn, bool function_failed, EpochMillis now) {
  return WrittenObject([&](JsonWriter& out) {
    WriteKey(out, "requestContext");
    out.StartObject();
    WriteMember(out, "requestId", NewUuid());
    WriteMember(out, "functionArn", function_arn);
    WriteMember(out, "condition",
                reason == DiscardReason::kRecordAgeExceeded ? "RecordAgeExceeded" : "RetryAttemptsExhausted");
    WriteMember(out, "approximateInvokeCount", attempts);
    out.EndObject();
    WriteKey(out, "responseContext");
    out.StartObject();
    WriteMember(out, "statusCode", 200);
    WriteMember(out, "executedVersion", "$LATEST");
    if (function_failed) {
      WriteMember(out, "functionError", "Unhandled");
    } else if (attempts > 0) {
      WriteKey(out, "functionError");
      out.Null();
    }
    out.EndObject();
    WriteMember(out, "version", "1.0");
    WriteMember(out, "timestamp", IsoMillis(now) + "Z");
    WriteKey(out, "DDBStreamBatchInfo");
    out.StartObject();
    WriteMember(out, "shardId", batch.shard_id);
    if (!batch.records.empty()) {
      const ChangeRecord& first = batch.records.front();
      const ChangeRecord& last = batch.records.back();
      WriteMember(out, "startSequenceNumber", SequenceNumberText(first.number));
      WriteMember(out, "endSequenceNumber", SequenceNumberText(last.number));
      WriteMember(out, "approximateArrivalOfFirstRecord", IsoSeconds(first.created()) + "Z");
      WriteMember(out, "approximateArrivalOfLastRecord", IsoSeconds(last.created()) + "Z");
    }
    WriteMember(out, "batchSize", static_cast<std::int64_t>(batch.records.size()));
    WriteMember(out, "streamArn", batch.stream_arn);
    out.EndObject();
  });
}

DeliveryOutcome OutcomeOf(const EventBatch& batch, const std::string& answer) {
  std::string text = answer;
  JsonReader reader;
  const Json* json = reader.Parse(text, RepeatedNames::kAllowed);
  if (json == nullptr || !json->IsObject()) return {};
  DeliveryOutcome outcome;
  if (batch.mapping.report_batch_item_failures) {
    const Json* failures = FindField(*json, "batchItemFailures");
    if (failures != nullptr && !failures->IsArray()) {
      return {.ok = false, .error = "batchItemFailures is no list", .first_failed = {}, .state = {}};
    }
    if (failures != nullptr) outcome = FailuresOf(batch, *failures);
  }
  const Json* state = batch.window ? FindField(*json, "state") : nullptr;
  if (state != nullptr && state->IsObject()) {
    outcome.state = WrittenValue(*state);
  }
  return outcome;
}

}  // namespace dynarock
