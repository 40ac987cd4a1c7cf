// One operation of the API: its request's shape, and what answers it.
#pragma once

#include "engine/requests/call_context.h"
#include "protocol/error_json.h"
#include "protocol/json.h"
#include "protocol/members.h"
#include "protocol/reply_members.h"
#include "protocol/shape_validator.h"

namespace dynarock {

struct Operation;

// A call's body as it came, which is read by the members of the operation's request.
struct CallBody {
  const Json& json;
  const Operation& operation;
  Collecting collecting;

  // Why the body could not be read. Errors: as ValidateShape; kInternal if there is no reason.
  [[gnu::cold]] ApiError Refusal() const;
};

using OperationHandler = Result<void> (*)(const CallContext& context, const CallBody& body, JsonWriter& out);

struct Operation {
  std::string_view name;
  Shape request = {};
  OperationHandler handle = nullptr;
  CheckLayer layer = CheckLayer::kOlder;
  Collecting collecting = Collecting::kAll;  // in the current wording; the others collect all
  bool joins_turn = false;                   // it writes one item, and its reply waits until the turn is finished
  bool makes_tables = false;                 // so a caller's first call of it makes the caller's database
};

// Reads the request, runs the operation, writes the reply.
template <class Request, auto kRun, const auto& kReply>
Result<void> Handle(const CallContext& context, const CallBody& body, JsonWriter& out) {
  std::optional<Request> request(std::in_place);
  if (!ReadMembers(body.json, body.operation.request.fields, &*request)) {
    request.reset();
    return body.Refusal();
  }
  TRY(auto response, kRun(context, *request));
  if constexpr (requires { kReply.members; }) {
    WriteReply(out, kReply, response);
  } else {
    kReply(out, response);
  }
  return {};
}

// An operation by the members of its request, the function that runs it, and the members of its reply, or a function
// void(JsonWriter& out, Response& response) that writes it:
//   MakeOperation<kPutItemRequest, PutItem, kWriteItemReply>({.name = "PutItem", ...})
template <const auto& kRequest, auto kRun, const auto& kReply>
constexpr Operation MakeOperation(Operation operation) {
  using Request = typename std::remove_cvref_t<decltype(kRequest)>::Object;
  operation.request = Structure(kRequest);
  operation.handle = Handle<Request, kRun, kReply>;
  return operation;
}

}  // namespace dynarock
