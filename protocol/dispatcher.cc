#include "protocol/dispatcher.h"

#include <exception>
#include <optional>

#include "engine/base/log.h"
#include "protocol/operation_table.h"

namespace dynarock {
namespace {

ApiError NoJson() {
  return {ErrorCode::kSerialization, "", {}};
}

}  // namespace

Result<void> Dispatcher::Run(const Call& call, const Json* body, const Operation* operation, JsonWriter& out) const {
  if (!call.body.empty() && !body) return NoJson();
  if (!operation) return ApiError{ErrorCode::kUnknownOperation, "", {}};
  TRY_VOID(call.authentication);
  if (!body || !body->IsObject()) return NoJson();
  const bool classic = options_.wording == Wording::kClassic;
  TRY_VOID(ValidateShape(*body, operation->shape, classic ? Collecting::kAll : operation->collecting));
  TRY(Database* const database, databases_.Of(call.caller));
  return operation->handle(*database, call.host, *body, out);
}

Reply Dispatcher::Dispatch(const Call& call, DispatchScratch& scratch) const {
  std::optional<LogLater> log_later;
  if (call.settles) log_later.emplace();
  scratch.reply.Clear();
  JsonWriter out(scratch.reply);
  const Operation* operation = FindOperation(call.target);
  Reply reply;
  if (operation) reply.operation = operation->name;
  Result<void> result;
  try {
    result = Run(call, call.body.empty() ? nullptr : scratch.reader.Parse(call.body), operation, out);
  } catch (const std::exception& exception) {
    result = InternalError(exception.what());
  }
  if (!result) {
    const ApiError& error = result.error();
    scratch.reply.Clear();
    JsonWriter error_out(scratch.reply);
    if (error.code == ErrorCode::kInternal) {
      Log(LogLevel::kError, "internal error", {{"operation", reply.operation}, {"error", error.message}});
    }
    WriteError(error_out, error, options_.wording, operation ? operation->layer : CheckLayer::kOlder);
    reply.status = HttpStatus(error.code);
    reply.error = ErrorName(error.code);
  }
  reply.body = {scratch.reply.GetString(), scratch.reply.GetSize()};
  return reply;
}

}  // namespace dynarock
