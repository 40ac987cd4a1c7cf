#include "protocol/dispatcher.h"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

#include "engine/base/log.h"
#include "engine/operations/write_group.h"
#include "protocol/operation_table.h"

namespace dynarock {
namespace {

// Past so many levels of JSON the service reads a write of one item as its older layer does; where exactly is a guess.
// Observed: conformance/cases/protocol/deep_requests.case
constexpr int kDeepestNewer = 128;

bool IsDeeper(const Json& value, int levels) {
  if (levels == 0) return value.IsArray() || value.IsObject();
  if (value.IsArray()) {
    return std::any_of(value.Begin(), value.End(), [&](const Json& element) { return IsDeeper(element, levels - 1); });
  }
  return value.IsObject() && std::any_of(value.MemberBegin(), value.MemberEnd(),
                                         [&](const auto& member) { return IsDeeper(member.value, levels - 1); });
}

bool IsRefusal(const ApiError& error) {
  return error.code == ErrorCode::kValidation || error.code == ErrorCode::kRequestValidation;
}

ApiError NoJson() {
  return {ErrorCode::kSerialization, "", {}};
}

}  // namespace

Result<void> Dispatcher::Run(const Call& call, const Json* body, const Operation* operation, JsonWriter& out) const {
  if (!call.body.empty() && !body) return NoJson();
  if (!operation) return ApiError{ErrorCode::kUnknownOperation, "", {}};
  if (!call.authentication) return ApiError(call.authentication.error());
  if (!body || !body->IsObject()) return NoJson();
  const bool classic = options_.wording == Wording::kClassic;
  TRY_VOID(ValidateShape(*body, operation->shape, classic ? Collecting::kAll : operation->collecting));
  TRY(Database* const database, databases_.Of(call.caller));
  return operation->handle(*database, call.host, *body, out);
}

Reply Dispatcher::Dispatch(const Call& call, DispatchScratch& scratch) const {
  std::optional<LogLater> log_later;
  std::optional<ShortWaits> short_waits;
  std::optional<WriteGroup::Gathering> gathering;
  const Operation* operation = FindOperation(call.target);
  if (call.settles) {
    log_later.emplace();
    short_waits.emplace();
    if (operation && operation->writes_one_item) {
      gathering.emplace();
    } else {
      CommitWrites();
    }
  }
  scratch.reply.Clear();
  JsonWriter out(scratch.reply);
  Reply reply;
  if (operation) reply.operation = operation->name;
  Result<void> result;
  const Json* body = nullptr;
  try {
    if (!call.body.empty()) body = scratch.reader.Parse(call.body);
    result = Run(call, body, operation, out);
  } catch (const std::exception& exception) {
    result = InternalError(exception.what());
  }
  if (!result) {
    CheckLayer layer = operation ? operation->layer : CheckLayer::kOlder;
    if (body && layer == CheckLayer::kEnveloped && IsRefusal(result.error()) && IsDeeper(*body, kDeepestNewer)) {
      layer = CheckLayer::kOlder;
      if (auto shape = ValidateShape(*body, operation->shape); !shape) result = std::move(shape);
    }
    const ApiError& error = result.error();
    scratch.reply.Clear();
    JsonWriter error_out(scratch.reply);
    if (error.code == ErrorCode::kInternal) {
      Log(LogLevel::kError, "internal error", {{"operation", reply.operation}, {"error", error.message}});
    }
    WriteError(error_out, error, options_.wording, layer);
    reply.status = HttpStatus(error.code);
    reply.error = ErrorName(error.code);
  }
  reply.body = {scratch.reply.GetString(), scratch.reply.GetSize()};
  return reply;
}

bool Dispatcher::HasRoom() const {
  return databases_.store().HasRoom();
}

bool Dispatcher::MayWrite(std::string_view target) {
  constexpr auto kReading =
      std::to_array<std::string_view>({"Get", "Query", "Scan", "BatchGet", "TransactGet", "List", "Describe"});
  const std::string_view name = target.substr(target.rfind('.') + 1);
  return std::none_of(kReading.begin(), kReading.end(),
                      [&](std::string_view begin) { return name.starts_with(begin); });
}

Result<void> Dispatcher::Settle() const {
  const ShortWaits short_waits;
  TRY_VOID(WriteGroup::OfThisThread().Commit());
  return databases_.store().LogCommits();
}

void Dispatcher::CommitWrites() const {
  const ShortWaits short_waits;
  WriteGroup::OfThisThread().CommitEarly();
}

}  // namespace dynarock
