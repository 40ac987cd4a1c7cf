#include "server/lambda/function_delivery.h"

#include "engine/base/guarded.h"
#include "engine/base/log.h"
#include "protocol/error_json.h"
#include "server/lambda/event_filter.h"
#include "server/lambda/json_post.h"
#include "server/lambda/stream_event.h"

namespace dynarock {
namespace {

constexpr std::chrono::seconds kDestinationLimit(10);

// "TypeError: 'NoneType' ..." of an error's JSON, else the text itself.
std::string DescribeError(const std::string& payload) {
  std::string text = payload;
  JsonReader reader;
  const Json* json = reader.Parse(text, RepeatedNames::kAllowed);
  if (json == nullptr || !json->IsObject()) return payload.substr(0, 200);
  const auto member = [&](const char* name) -> std::string {
    const Json* value = FindField(*json, name);
    return value != nullptr && value->IsString() ? std::string(TextOf(*value)) : "";
  };
  return member("errorType") + ": " + member("errorMessage");
}

}  // namespace

Result<EventDelivery::Filter> FunctionDelivery::FilterOf(const EventSourceMapping& mapping,
                                                         const StreamDefinition& stream,
                                                         const std::string& stream_arn) {
  if (mapping.filters.empty()) return Filter();
  std::vector<EventFilter> filters;
  for (const std::string& pattern : mapping.filters) {
    Result<EventFilter> filter = EventFilter::Compile(pattern);
    // The reason goes into the mapping's state and the log.
    if (!filter) return ValidationError(ExplainedText(filter.error()));
    filters.push_back(std::move(*filter));
  }
  return Filter([filters = std::move(filters), &stream, stream_arn](const ChangeRecord& record) {
    const JsonText event(WrittenJson([&](JsonWriter& out) { WriteEventRecord(out, record, stream, stream_arn); }));
    for (const EventFilter& filter : filters) {
      if (filter.Matches(*event.json())) return true;
    }
    return false;
  });
}

std::string FunctionDelivery::ProblemOf(const EventSourceMapping& mapping) {
  return functions_.Find(mapping.function_name) ? "" : "PROBLEM: Function not found: " + mapping.function_name;
}

DeliveryOutcome FunctionDelivery::Deliver(const EventBatch& batch) {
  const InvocationResult result = functions_.Invoke(batch.mapping.function_name, EventOf(batch));
  if (result.ok()) return OutcomeOf(batch, result.payload);
  DeliveryOutcome outcome;
  outcome.ok = false;
  outcome.function_failed = true;
  outcome.error = DescribeError(result.payload);
  Log(LogLevel::kWarn, "a function failed on its records",
      {{"function", batch.mapping.function_name},
       {"records", batch.records.size()},
       {"shard", batch.shard_id},
       {"error", outcome.error}});
  return outcome;
}

void FunctionDelivery::Discard(const EventBatch& batch, DiscardReason reason, int attempts, bool function_failed) {
  const std::string& destination = batch.mapping.on_failure;
  Log(LogLevel::kError, "a function's records were given up",
      {{"function", batch.mapping.function_name},
       {"records", batch.records.size()},
       {"shard", batch.shard_id},
       {"calls", attempts}});
  if (destination.empty() || destination.starts_with("arn:")) return;
  const std::string event =
      DiscardedEventOf(batch, reason, attempts, FunctionArn(functions_.surroundings(), batch.mapping.function_name),
                       function_failed, clock_->Now());
  Guarded("on-failure destination", [&] {
    if (const Result<void> sent = Send(destination, event); !sent) {
      Log(LogLevel::kError, "given-up records did not reach their destination",
          {{"function", batch.mapping.function_name}, {"error", std::string_view(sent.error().message)}});
    }
  });
}

Result<void> FunctionDelivery::Send(const std::string& destination, const std::string& event) {
  if (destination.starts_with(kFileScheme)) return files_.Append(destination, event);
  TRY(const PostReply reply,
      PostJson(destination, event, {kDestinationLimit, functions_.surroundings().allowed_hosts, functions_.stopped()}));
  if (reply.status / 100 == 2) return {};
  return InternalError(destination + " answered with status " + std::to_string(reply.status) + ".");
}

}  // namespace dynarock
