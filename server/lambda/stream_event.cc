#include "server/lambda/stream_event.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "engine/base/uuid.h"
#include "protocol/codec/streams.h"
#include "server/lambda/api_json.h"

namespace dynarock {
namespace {

// "2026-11-21T10:00:00.000Z"
std::string IsoTime(EpochMillis time, bool with_milliseconds) {
  const std::time_t seconds = time.value / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 48> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (!with_milliseconds) return std::string(text.data()) + "Z";
  std::string milliseconds = std::to_string(time.value % 1000);
  milliseconds.insert(0, 3 - milliseconds.size(), '0');
  return std::string(text.data()) + "." + milliseconds + "Z";
}

std::string RegionOf(const std::string& arn) {
  const std::size_t begin = std::string_view("arn:aws:dynamodb:").size();
  return arn.substr(begin, arn.find(':', begin) - begin);
}

void WriteWindow(JsonWriter& out, const EventBatch& batch) {
  WriteKey(out, "window");
  out.StartObject();
  WriteMember(out, "start", IsoTime(batch.window->start, false));
  WriteMember(out, "end", IsoTime(batch.window->end, false));
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
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
  WriteKey(out, "Records");
  out.StartArray();
  for (const ChangeRecord& record : batch.records) WriteEventRecord(out, record, batch.stream, batch.stream_arn);
  out.EndArray();
  if (batch.window) WriteWindow(out, batch);
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::string DiscardedEventOf(const EventBatch& batch, DiscardReason reason, int attempts,
                             const std::string& function_arn, bool function_failed, EpochMillis now) {
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
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
  WriteMember(out, "timestamp", IsoTime(now, true));
  WriteKey(out, "DDBStreamBatchInfo");
  out.StartObject();
  WriteMember(out, "shardId", batch.shard_id);
  if (!batch.records.empty()) {
    const ChangeRecord& first = batch.records.front();
    const ChangeRecord& last = batch.records.back();
    WriteMember(out, "startSequenceNumber", SequenceNumberText(first.number));
    WriteMember(out, "endSequenceNumber", SequenceNumberText(last.number));
    WriteMember(out, "approximateArrivalOfFirstRecord", IsoTime(first.created(), false));
    WriteMember(out, "approximateArrivalOfLastRecord", IsoTime(last.created(), false));
  }
  WriteMember(out, "batchSize", static_cast<std::int64_t>(batch.records.size()));
  WriteMember(out, "streamArn", batch.stream_arn);
  out.EndObject();
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
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
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    state->Accept(out);
    outcome.state = buffer.GetString();
  }
  return outcome;
}

}  // namespace dynarock
