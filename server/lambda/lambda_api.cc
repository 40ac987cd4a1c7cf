#include "server/lambda/lambda_api.h"

#include <rapidjson/writer.h>

#include "engine/base/base64.h"
#include "engine/base/errors.h"
#include "engine/base/guarded.h"
#include "engine/base/log.h"
#include "engine/base/percent_encoding.h"
#include "engine/base/uuid.h"
#include "protocol/error_json.h"
#include "server/lambda/api_json.h"
#include "server/lambda/code_archive.h"
#include "server/lambda/event_filter.h"
#include "server/lambda/function_json.h"
#include "server/lambda/mapping_json.h"

namespace dynarock {
namespace {

struct ErrorForm {
  int status;
  std::string_view type;
  std::string_view message_key = "message";
};

// How Lambda spells our errors.
ErrorForm FormOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kResourceNotFound:
      return {404, "ResourceNotFoundException", "Message"};
    case ErrorCode::kResourceInUse:
      return {409, "ResourceConflictException"};
    case ErrorCode::kSerialization:
      return {400, "InvalidRequestContentException"};
    case ErrorCode::kValidation:
      return {400, "InvalidParameterValueException"};
    case ErrorCode::kRequestValidation:
      return {400, "ValidationException"};
    case ErrorCode::kUnknownOperation:
      return {404, "UnknownOperationException"};
    default:
      return {500, "ServiceException", "Message"};
  }
}

void WriteError(const ApiError& error, HttpReply& reply) {
  const ErrorForm form = FormOf(error.code);
  if (!error.explanation.empty()) Log(LogLevel::kWarn, ExplainedText(error));
  reply = HttpReply{.status = form.status, .content_type = "application/json"};
  reply.owned_body = WrittenObject([&](JsonWriter& out) {
    if (error.code != ErrorCode::kRequestValidation) WriteMember(out, "Type", form.status < 500 ? "User" : "Service");
    WriteMember(out, form.message_key, ClassicText(error));
  });
  reply.headers.emplace_back("x-amzn-ErrorType", form.type);
}

ApiError UnknownPath() {
  return {ErrorCode::kUnknownOperation, "dynarock has no such operation of Lambda.", {}};
}

// An object made by `write` as the reply.
template <class Write>
void ReplyWith(HttpReply& reply, int status, const Write& write) {
  reply.status = status;
  reply.owned_body = WrittenJson(write);
}

// The reply of Invoke: the payload as it is, what it means in headers.
HttpReply InvocationReply(const InvocationResult& result, bool with_log) {
  HttpReply reply{.content_type = "application/json", .owned_body = result.payload};
  reply.headers.emplace_back("X-Amz-Executed-Version", "$LATEST");
  if (!result.ok()) reply.headers.emplace_back("X-Amz-Function-Error", result.function_error);
  if (with_log) reply.headers.emplace_back("X-Amz-Log-Result", EncodeBase64(result.log_tail));
  return reply;
}

// Source: public code and issues that quote Lambda's answers; the reason is of the API reference.
void Throttle(HttpReply& reply) {
  reply = HttpReply{.status = 429, .content_type = "application/json"};
  reply.body = R"({"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."})";
  reply.headers.emplace_back("x-amzn-ErrorType", "TooManyRequestsException");
}

// Payloads in bytes. Source: Lambda Developer Guide, "Lambda quotas"; that of an Event since October 2025.
constexpr std::size_t kLongestRequest = 6'291'456;
constexpr std::size_t kLongestEvent = 1'048'576;

// Source: public code and issues that quote Lambda's answers.
void RefuseTooLarge(std::size_t limit, HttpReply& reply) {
  reply = HttpReply{.status = 413, .content_type = "application/json"};
  reply.owned_body = R"({"Type":"User","message":"Request must be smaller than )" + std::to_string(limit) +
                     R"( bytes for the InvokeFunction operation"})";
  reply.headers.emplace_back("x-amzn-ErrorType", "RequestTooLargeException");
}

// The context as JSON of ASCII on one line: a process gets it in a header. "" if there is none.
// Source: boto3 issue 2153 for the message; AWS Lambda API reference for the size.
Result<std::string> ClientContextOf(const HttpRequest& request) {
  constexpr std::size_t kLongestContext = 3583;  // bytes of base64
  const std::string_view encoded = request.header("X-Amz-Client-Context");
  if (encoded.empty()) return std::string();
  const Result<std::string> text = encoded.size() <= kLongestContext ? ParseBase64(encoded) : std::string();
  const JsonText context(text ? *text : "");
  if (context.json() == nullptr || !context.json()->IsObject()) {
    return ApiError{ErrorCode::kSerialization, "Client context must be a valid Base64-encoded JSON object.", {}};
  }
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::ASCII<>> out(buffer);
  context.json()->Accept(out);
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace

void LambdaApi::Handle(const HttpRequest& request, HttpReply& reply) {
  reply.content_type = "application/json";
  std::string_view path = request.path;
  path.remove_prefix(std::min(kLambdaPath.size(), path.size()));
  Result<void> handled = UnknownPath();
  if (path.starts_with("functions")) {
    handled = HandleFunctions(request, reply);
  } else if (path.starts_with("event-source-mappings")) {
    std::string_view uuid = path.substr(std::string_view("event-source-mappings").size());
    while (uuid.starts_with('/')) uuid.remove_prefix(1);
    while (uuid.ends_with('/')) uuid.remove_suffix(1);
    handled = HandleMappings(request, uuid, reply);
  }
  if (!handled) WriteError(handled.error(), reply);
}

Result<void> LambdaApi::HandleFunctions(const HttpRequest& request, HttpReply& reply) {
  std::string_view path = request.path.substr(kLambdaPath.size() + std::string_view("functions").size());
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) {
    if (request.method == "POST") {
      AnswerLater(request, reply,
                  [this](const std::string& body, HttpReply& answer) { return CreateFunction(body, answer); });
      return {};
    }
    if (request.method == "GET") return ListFunctions(request, reply);
    return UnknownPath();
  }
  const std::size_t slash = std::min(path.find('/'), path.size());
  const std::string_view part = slash < path.size() ? path.substr(slash + 1) : "";
  TRY(const std::string name, FunctionNameOf(FormDecoded(path.substr(0, slash))));
  return HandleFunction(request, name, part, reply);
}

Result<void> LambdaApi::HandleFunction(const HttpRequest& request, const std::string& name, std::string_view part,
                                       HttpReply& reply) {
  if (part.empty() && request.method == "GET") return GetFunction(name, reply);
  if (part.empty() && request.method == "DELETE") {
    reply.status = 204;
    return functions_.Remove(name);
  }
  if (part == "configuration" && request.method == "GET") {
    TRY(const FunctionDefinition function, functions_.Find(name));
    ReplyWith(reply, 200, [&](JsonWriter& out) { WriteConfiguration(out, function, functions_.surroundings()); });
    return {};
  }
  if (part == "configuration" && request.method == "PUT") return UpdateFunctionConfiguration(request, name, reply);
  if (part == "code" && request.method == "PUT") {
    AnswerLater(request, reply, [this, name](const std::string& body, HttpReply& answer) {
      return UpdateFunctionCode(body, name, answer);
    });
    return {};
  }
  if (part == "invocations" && request.method == "POST") return Invoke(request, name, reply);
  return UnknownPath();
}

bool LambdaApi::Queue(const std::string& function, std::size_t bytes, std::function<void()> call) {
  return calls_.Add(function, bytes, [use = use_, call = std::move(call)] { call(); });
}

// Archives take their time, so they are unpacked on no connection's thread.
void LambdaApi::AnswerLater(const HttpRequest& request, HttpReply& reply,
                            std::function<Result<void>(const std::string& body, HttpReply& reply)> handle) {
  const std::size_t bytes = request.body.size();
  auto body = std::make_shared<std::string>(std::move(request.body));
  reply.later = [this, bytes, body, handle = std::move(handle)](ReplyCallback done) {
    const bool queued = Queue(scope_ + "/", bytes, [body, handle, done] {
      HttpReply answer{.content_type = "application/json"};
      Result<void> handled = InternalError("The request could not be served.");
      Guarded("code of a function", [&] { handled = handle(*body, answer); });
      if (!handled) WriteError(handled.error(), answer);
      done(std::move(answer));
    });
    if (queued) return;
    HttpReply refused;
    Throttle(refused);
    done(std::move(refused));
  };
}

Result<void> LambdaApi::CreateFunction(const std::string& text, HttpReply& reply) {
  const JsonBody body(text);
  TRY(const Json* json, body.Object());
  TRY(FunctionDefinition definition, DecodeNewFunction(*json, functions_.surroundings()));
  TRY(const FunctionDefinition created, functions_.Create(std::move(definition)));
  ReplyWith(reply, 201, [&](JsonWriter& out) { WriteConfiguration(out, created, functions_.surroundings()); });
  return {};
}

Result<void> LambdaApi::ListFunctions(const HttpRequest& request, HttpReply& reply) const {
  const std::vector<FunctionDefinition> list = functions_.List();
  std::vector<std::string> names;
  for (const FunctionDefinition& function : list) names.push_back(function.name);
  TRY(const Page page, PageOf(names, request.query, 50));
  ReplyWith(reply, 200, [&](JsonWriter& out) {
    out.StartObject();
    WriteKey(out, "Functions");
    out.StartArray();
    for (std::size_t i = page.begin; i < page.end; ++i) WriteConfiguration(out, list[i], functions_.surroundings());
    out.EndArray();
    if (!page.next.empty()) WriteMember(out, "NextMarker", page.next);
    out.EndObject();
  });
  return {};
}

Result<void> LambdaApi::GetFunction(const std::string& name, HttpReply& reply) const {
  TRY(const FunctionDefinition function, functions_.Find(name));
  ReplyWith(reply, 200, [&](JsonWriter& out) {
    out.StartObject();
    WriteKey(out, "Configuration");
    WriteConfiguration(out, function, functions_.surroundings());
    WriteKey(out, "Code");
    WriteCode(out, function);
    if (!function.tags.empty()) {
      WriteKey(out, "Tags");
      WriteTexts(out, function.tags);
    }
    out.EndObject();
  });
  return {};
}

Result<void> LambdaApi::UpdateFunctionCode(const std::string& text, const std::string& name, HttpReply& reply) {
  const JsonBody body(text);
  TRY(const Json* json, body.Object());
  // Unpacked first: other calls wait while a function is changed.
  TRY(FunctionDefinition unpacked, functions_.Find(name));
  TRY_VOID(DecodeCode(*json, functions_.surroundings(), unpacked));
  TRY(const FunctionDefinition updated, functions_.Update(name, [&](FunctionDefinition& function) -> Result<void> {
    UseCodeOf(unpacked, function);
    return {};
  }));
  ReplyWith(reply, 200, [&](JsonWriter& out) { WriteConfiguration(out, updated, functions_.surroundings()); });
  return {};
}

Result<void> LambdaApi::UpdateFunctionConfiguration(const HttpRequest& request, const std::string& name,
                                                    HttpReply& reply) {
  const JsonBody body(std::move(request.body));
  TRY(const Json* json, body.Object());
  TRY(const FunctionDefinition updated,
      functions_.Update(name, [&](FunctionDefinition& function) { return DecodeConfiguration(*json, function); }));
  ReplyWith(reply, 200, [&](JsonWriter& out) { WriteConfiguration(out, updated, functions_.surroundings()); });
  return {};
}

Result<void> LambdaApi::Invoke(const HttpRequest& request, const std::string& name, HttpReply& reply) {
  TRY_VOID(functions_.Find(name));
  const std::string type(request.header("X-Amz-Invocation-Type"));
  if (!type.empty() && type != "RequestResponse" && type != "Event" && type != "DryRun") {
    return errors::ConstraintViolated("'" + type + "'", "invocationType",
                                      "Member must satisfy enum value set: [Event, RequestResponse, DryRun]");
  }
  if (const std::size_t limit = type == "Event" ? kLongestEvent : kLongestRequest; request.body.size() > limit) {
    RefuseTooLarge(limit, reply);
    return {};
  }
  const std::string payload = request.body.empty() ? "{}" : request.body;
  if (std::string copy = payload; JsonReader().Check(copy, RepeatedNames::kAllowed) != JsonProblem::kNone) {
    return BodyNotJson("JSON");
  }
  TRY(const std::string context, ClientContextOf(request));
  const std::string queue = scope_ + "/" + name;
  if (type == "DryRun") {
    reply.status = 204;
    return {};
  }
  if (type == "Event") {
    reply.status = 202;
    const bool queued =
        Queue(queue, payload.size(), [this, name, payload] { static_cast<void>(functions_.Invoke(name, payload)); });
    if (!queued) Throttle(reply);
    return {};
  }
  const bool with_log = request.header("X-Amz-Log-Type") == "Tail";
  reply.later = [this, name, payload, with_log, context, queue](ReplyCallback done) {
    const bool queued = Queue(queue, payload.size(), [this, name, payload, with_log, context, done] {
      done(InvocationReply(functions_.Invoke(name, payload, context), with_log));
    });
    if (queued) return;
    HttpReply refused;
    Throttle(refused);
    done(std::move(refused));
  };
  return {};
}

Result<void> LambdaApi::HandleMappings(const HttpRequest& request, std::string_view uuid, HttpReply& reply) {
  if (uuid.empty()) {
    if (request.method == "POST") return CreateMapping(request, reply);
    if (request.method == "GET") return ListMappings(request, reply);
    return UnknownPath();
  }
  const std::string id(uuid);
  if (request.method == "PUT") return UpdateMapping(request, id, reply);
  if (request.method != "GET" && request.method != "DELETE") return UnknownPath();
  TRY(const MappingStatus status, sources_.Find(id));
  if (request.method == "DELETE") TRY_VOID(sources_.Remove(id));
  ReplyWith(reply, request.method == "GET" ? 200 : 202, [&](JsonWriter& out) {
    WriteMapping(out, status, functions_.surroundings(), request.method == "GET" ? "" : "Deleting");
  });
  return {};
}

Result<void> LambdaApi::CreateMapping(const HttpRequest& request, HttpReply& reply) {
  const JsonBody body(std::move(request.body));
  TRY(const Json* json, body.Object());
  TRY(EventSourceMapping mapping, DecodeNewMapping(*json, functions_.surroundings()));
  if (!functions_.Find(mapping.function_name)) return ValidationError("Function does not exist");
  TRY(const MappingStatus created, sources_.Create(std::move(mapping)));
  ReplyWith(reply, 202, [&](JsonWriter& out) {
    WriteMapping(out, created, functions_.surroundings(), created.mapping.enabled ? "Creating" : "");
  });
  return {};
}

Result<void> LambdaApi::UpdateMapping(const HttpRequest& request, const std::string& uuid, HttpReply& reply) {
  const JsonBody body(std::move(request.body));
  TRY(const Json* json, body.Object());
  bool was_enabled = false;
  TRY(const MappingStatus updated, sources_.Update(uuid, [&](EventSourceMapping& mapping) -> Result<void> {
    was_enabled = mapping.enabled;
    TRY_VOID(DecodeMappingChange(*json, functions_.surroundings(), mapping));
    TRY_VOID(functions_.Find(mapping.function_name));
    return {};
  }));
  const bool enabled = updated.mapping.enabled;
  const std::string_view state = enabled == was_enabled ? "Updating" : enabled ? "Enabling" : "Disabling";
  ReplyWith(reply, 202, [&](JsonWriter& out) { WriteMapping(out, updated, functions_.surroundings(), state); });
  return {};
}

Result<void> LambdaApi::ListMappings(const HttpRequest& request, HttpReply& reply) const {
  const auto source = QueryParameter(request.query, "EventSourceArn");
  const auto function = QueryParameter(request.query, "FunctionName");
  std::string function_name;
  if (function) {
    TRY(function_name, FunctionNameOf(*function));
  }
  std::vector<MappingStatus> list = sources_.List();
  std::erase_if(list, [&](const MappingStatus& status) {
    return (source && status.mapping.event_source_arn != *source) ||
           (function && status.mapping.function_name != function_name);
  });
  std::vector<std::string> uuids;
  for (const MappingStatus& status : list) uuids.push_back(status.mapping.uuid);
  TRY(const Page page, PageOf(uuids, request.query, 100));
  ReplyWith(reply, 200, [&](JsonWriter& out) {
    out.StartObject();
    WriteKey(out, "EventSourceMappings");
    out.StartArray();
    for (std::size_t i = page.begin; i < page.end; ++i) WriteMapping(out, list[i], functions_.surroundings(), "");
    out.EndArray();
    if (!page.next.empty()) WriteMember(out, "NextMarker", page.next);
    out.EndObject();
  });
  return {};
}

}  // namespace dynarock
