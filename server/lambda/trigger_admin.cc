#include "server/lambda/trigger_admin.h"

#include "server/lambda/api_json.h"
#include "server/lambda/mapping_json.h"

namespace dynarock {
namespace {

void WriteCall(JsonWriter& out, const InvocationEntry& entry) {
  out.StartObject();
  WriteMember(out, "Time", entry.time.value);
  WriteMember(out, "FunctionName", entry.function_name);
  WriteMember(out, "UUID", entry.mapping_uuid);
  WriteMember(out, "ShardId", entry.shard_id);
  WriteMember(out, "FirstSequenceNumber", entry.first_sequence_number);
  WriteMember(out, "LastSequenceNumber", entry.last_sequence_number);
  WriteMember(out, "Records", entry.records);
  WriteMember(out, "Milliseconds", entry.milliseconds);
  WriteMember(out, "Attempt", entry.attempt);
  WriteMember(out, "Error", entry.error);
  WriteKey(out, "Discarded");
  out.Bool(entry.discarded);
  out.EndObject();
}

std::string CallsAfter(const InvocationLog& log, std::uint64_t id) {
  return WrittenObject([&](JsonWriter& out) {
    std::uint64_t last = id;
    WriteKey(out, "Calls");
    out.StartArray();
    for (const InvocationEntry& entry : log.After(id)) {
      last = entry.id;
      WriteCall(out, entry);
    }
    out.EndArray();
    WriteMember(out, "Last", static_cast<std::int64_t>(last));
  });
}

void Refuse(HttpReply& reply, int status, const std::string& sentence) {
  reply.status = status;
  reply.owned_body = WrittenObject([&](JsonWriter& out) { WriteMember(out, "Message", sentence); });
}

// What runs: "notify.lambda_handler", or the address of a container, a URL or a built-in function.
std::string HandlerOf(const FunctionRegistry& functions, const std::string& name) {
  const Result<FunctionDefinition> function = functions.Find(name);
  if (!function) return "";
  if (!function->target.empty()) return function->target;
  return function->handler.empty() ? "bootstrap" : function->handler;
}

void WritePosition(JsonWriter& out, const TriggerPosition& position) {
  WriteMember(out, "StreamLabel", position.stream_label);
  const std::optional<SequenceNumber> number = position.oldest ? position.oldest : position.newest;
  WriteMember(out, "Position", number ? SequenceNumberText(*number) : "");
  WriteMember(out, "RecordsBehind", position.records_behind);
  WriteKey(out, "MoreRecordsBehind");
  out.Bool(position.at_least);
  WriteMember(out, "MillisecondsBehind", position.milliseconds_behind);
}

void WriteStall(JsonWriter& out, const Stall& stall) {
  WriteKey(out, "Stall");
  out.StartObject();
  WriteMember(out, "Since", stall.since.value);
  WriteMember(out, "Attempts", static_cast<std::int64_t>(stall.attempts));
  WriteMember(out, "Error", stall.error);
  out.EndObject();
}

std::uint64_t NumberOf(const std::optional<std::string>& text, std::uint64_t fallback) {
  if (!text || text->empty() || text->size() > 18 || text->find_first_not_of("0123456789") != std::string::npos) {
    return fallback;
  }
  return std::stoull(*text);
}

}  // namespace

void TriggerAdmin::Handle(const HttpRequest& request, HttpReply& reply) {
  reply.content_type = "application/json";
  reply.service_headers = false;
  std::string_view rest = request.path.substr(kTriggerAdminPath.size());
  if (rest.starts_with('/')) rest.remove_prefix(1);
  if (rest.empty() && request.method == "GET") return List(reply);
  if (rest == "calls" && request.method == "GET") return WatchCalls(request, reply);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos || request.method != "POST") return Refuse(reply, 404, "There is no such path.");
  const Result<void> changed = Change(std::string(rest.substr(0, slash)), rest.substr(slash + 1));
  if (!changed) return Refuse(reply, 404, changed.error().message);
  reply.body = "{}";
}

Result<void> TriggerAdmin::Change(const std::string& uuid, std::string_view action) {
  if (action == "pause") return sources_.SetEnabled(uuid, false);
  if (action == "resume") return sources_.SetEnabled(uuid, true);
  if (action == "replay") return sources_.Replay(uuid);
  return ValidationError("There is no such path.");
}

void TriggerAdmin::List(HttpReply& reply) const {
  reply.owned_body = WrittenObject([&](JsonWriter& out) {
    WriteKey(out, "Triggers");
    out.StartArray();
    for (const MappingStatus& status : sources_.List()) WriteTrigger(out, status);
    out.EndArray();
  });
}

void TriggerAdmin::WriteTrigger(JsonWriter& out, const MappingStatus& status) const {
  out.StartObject();
  WriteKey(out, "Mapping");
  WriteMapping(out, status, functions_.surroundings(), "");
  WriteMember(out, "FunctionName", status.mapping.function_name);
  WriteMember(out, "Handler", HandlerOf(functions_, status.mapping.function_name));
  if (const auto position = sources_.PositionOf(status.mapping.uuid)) WritePosition(out, *position);
  if (status.stall) WriteStall(out, *status.stall);
  WriteMember(out, "Calls", status.counts.calls);
  WriteMember(out, "Records", status.counts.records);
  WriteMember(out, "Failures", status.counts.failures);
  WriteMember(out, "Retries", status.counts.retries);
  WriteMember(out, "DiscardedRecords", status.counts.discarded_records);
  out.EndObject();
}

void TriggerAdmin::WatchCalls(const HttpRequest& request, HttpReply& reply) {
  InvocationLog& log = sources_.log();
  const std::uint64_t after = NumberOf(QueryParameter(request.query, "after"), log.last_id());
  reply.ends_with_client = true;
  reply.later = [&log, after](ReplyCallback done) {
    log.WhenNews(after, [&log, after, done = std::move(done)] {
      done(HttpReply{
          .content_type = "application/json", .owned_body = CallsAfter(log, after), .service_headers = false});
    });
  };
}

}  // namespace dynarock
