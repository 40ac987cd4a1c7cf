#include "protocol/dispatcher.h"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>

#include "engine/base/log.h"
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

// In any letter case, or hidden in escapes.
bool MayHaveWord(std::string_view body, std::string_view word) {
  const auto is_same = [](char a, char b) { return (a | 0x20) == b; };  // a letter's other case
  return std::search(body.begin(), body.end(), word.begin(), word.end(), is_same) != body.end() ||
         body.find("\\u") != std::string_view::npos;
}

bool OnlyReads(std::string_view operation, std::string_view body) {
  // Transactions lock rows even if they change none.
  if (operation == "ExecuteStatement" || operation == "BatchExecuteStatement") {
    return !MayHaveWord(body, "insert") && !MayHaveWord(body, "update") && !MayHaveWord(body, "delete");
  }
  constexpr auto kReading =
      std::to_array<std::string_view>({"Get", "Query", "Scan", "BatchGet", "TransactGet", "List", "Describe"});
  return std::any_of(kReading.begin(), kReading.end(),
                     [&](std::string_view begin) { return operation.starts_with(begin); });
}

bool IsRefusal(const ApiError& error) {
  return error.code == ErrorCode::kValidation || error.code == ErrorCode::kRequestValidation;
}

// Only the first has AWS's words; that AWS refuses the others is a guess.
ApiError NoJson(JsonProblem problem = JsonProblem::kNoJson) {
  switch (problem) {
    case JsonProblem::kTooDeep:
      return {ErrorCode::kSerialization,
              "The request is nested deeper than " + std::to_string(JsonLimits::kDepth) + " levels of JSON.",
              {}};
    case JsonProblem::kTooManyValues:
      return {ErrorCode::kSerialization,
              "The request has too many values: at most " + std::to_string(JsonLimits::kValues) + " in all, and " +
                  std::to_string(JsonLimits::kOpenValues) + " in one list or map.",
              {}};
    case JsonProblem::kRepeatedName:
      return {ErrorCode::kSerialization, "An object of the request has two members of the same name.", {}};
    default:
      return {ErrorCode::kSerialization, "", {}};
  }
}

}  // namespace

Result<void> Dispatcher::Run(const Call& call, JsonReader& reader, const Json*& body, const Operation* operation,
                             Turn* joined, JsonWriter& out) const {
  if (!call.body.empty()) {
    // What is not let in makes no tree.
    if (call.authentication) {
      body = reader.Parse(call.body);
    } else {
      reader.Check(call.body);
    }
    if (reader.problem() != JsonProblem::kNone) return NoJson(reader.problem());
  }
  if (!operation) return ApiError{ErrorCode::kUnknownOperation, "", {}};
  if (!call.authentication) return ApiError(call.authentication.error());
  if (!body || !body->IsObject()) return NoJson();
  const bool is_current = options_.wording == Wording::kCurrent;
  const CallBody request{*body, *operation, is_current ? operation->collecting : Collecting::kAll};
  const auto handle = [&](Database& database) {
    CallContext context(database);
    context.host = call.host;
    context.turn = joined;
    if (call.turn) context.commits = call.turn->commits();
    return operation->handle(context, request, out);
  };
  if (const DatabasePtr database = databases_.Find(call.caller)) [[likely]]
    return handle(*database);
  // No database is made for a request that is refused.
  TRY_VOID(ValidateShape(*body, operation->request, request.collecting));
  const auto purpose = operation->makes_tables ? Databases::Purpose::kCreate : Databases::Purpose::kRead;
  return databases_.WithUnopened(call.caller, purpose, handle);
}

void DispatchScratch::Trim() {
  constexpr std::size_t kKeptCapacity = 64 * 1024;  // bytes of a reply that are kept for the next one
  reader.Trim();
  if (reply.stack_.GetCapacity() <= kKeptCapacity) return;
  reply.Clear();
  reply.ShrinkToFit();
}

Reply Dispatcher::Dispatch(const Call& call, DispatchScratch& scratch) const {
  const Operation* operation = FindOperation(call.target);
  Turn* const joined = Join(call.turn, operation, call.body);
  scratch.reply.Clear();
  JsonWriter out(scratch.reply);
  out.set_hash_map_order(options_.wording == Wording::kLocal);
  Reply reply;
  if (operation) reply.operation = operation->name;
  Result<void> result;
  const Json* body = nullptr;
  try {
    result = Run(call, scratch.reader, body, operation, joined, out);
  } catch (const std::exception& exception) {
    result = InternalError(exception.what());
  }
  if (!result) {
    CheckLayer layer = operation ? operation->layer : CheckLayer::kOlder;
    if (body && layer == CheckLayer::kEnveloped && IsRefusal(result.error()) && IsDeeper(*body, kDeepestNewer)) {
      layer = CheckLayer::kOlder;
      if (auto shape = ValidateShape(*body, operation->request); !shape) result = std::move(shape);
    }
    const ApiError& error = result.error();
    scratch.reply.Clear();
    JsonWriter error_out(scratch.reply);
    error_out.set_hash_map_order(options_.wording == Wording::kLocal);
    if (error.code == ErrorCode::kInternal && internal_.Begins(error.message)) {
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

bool Dispatcher::MayWrite(std::string_view target, std::string_view body) {
  return !OnlyReads(target.substr(target.rfind('.') + 1), body);
}

Result<void> Dispatcher::Finish(Turn& turn) const {
  TRY_VOID(turn.Finish());
  internal_.Clear();
  return {};
}

Turn* Dispatcher::Join(Turn* turn, const Operation* operation, std::string_view body) {
  if (turn == nullptr || (operation != nullptr && operation->joins_turn)) return turn;
  if (!turn->is_empty() && (operation == nullptr || !OnlyReads(operation->name, body))) turn->CommitStaged();
  return nullptr;
}

}  // namespace dynarock
