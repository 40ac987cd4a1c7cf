#include "server/api_handler.h"

#include "engine/base/log.h"
#include "server/content_encoding.h"
#include "server/text_parts.h"

namespace dynarock {
namespace {

// DynamoDB Local's answer to a request without credentials; health checks in the wild look for its status 400.
constexpr std::string_view kNoCredentials =
    R"({"__type":"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken","Message":"Request must contain either a )"
    R"(valid (registered) AWS access key ID or X.509 certificate."})";
constexpr std::string_view kUnknownOperation = "<UnknownOperationException/>\n";
constexpr std::string_view kJson10 = "application/x-amz-json-1.0";
constexpr std::string_view kJson = "application/json";

std::string_view MediaType(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (!content_type.empty() && content_type.back() == ' ') content_type.remove_suffix(1);
  return content_type;
}

// Whether `text` is one of the parts of `list`, which commas set apart.
bool IsListed(std::string_view text, std::string_view list) {
  while (!list.empty()) {
    if (Trimmed(TakePart(list, ',')) == text) return true;
  }
  return false;
}

// An origin may be listed with its scheme, or by its host alone.
void AllowOrigin(const HttpRequest& request, std::string_view allowed, HttpReply& reply) {
  const std::string_view origin = request.header("Origin");
  if (origin.empty() || allowed.empty()) return;
  const std::size_t scheme = origin.find("://");
  const std::string_view host = scheme == std::string_view::npos ? origin : origin.substr(scheme + 3);
  if (IsListed("*", allowed)) {
    reply.headers.emplace_back("Access-Control-Allow-Origin", "*");
  } else if (IsListed(origin, allowed) || IsListed(host, allowed)) {
    reply.headers.emplace_back("Access-Control-Allow-Origin", origin);
    reply.headers.emplace_back("Vary", "Origin");
  }
}

// Source: observed: scylladb test/alternator/test_cors.py (against AWS); which headers is a guess.
void ExposeHeaders(const HttpRequest& request, HttpReply& reply) {
  if (request.header("Origin").empty()) return;
  reply.headers.emplace_back("Access-Control-Expose-Headers",
                             "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
}

bool HasCredentials(const HttpRequest& request) {
  return !request.header("Authorization").empty() || request.query.find("X-Amz-Algorithm") != std::string_view::npos;
}

void RefuseWithoutCredentials(HttpReply& reply) {
  reply.status = 400;
  reply.body = kNoCredentials;
  // jest-dynamodb asks so whether we are there, never reads the answer, and would wait for the connection's end.
  reply.close = true;
}

void HandlePreflight(const HttpRequest& request, HttpReply& reply) {
  reply.content_type = "text/plain";
  const auto echo = [&](std::string_view from, std::string_view to) {
    if (const std::string_view value = request.header(from); !value.empty()) reply.headers.emplace_back(to, value);
  };
  echo("Access-Control-Request-Headers", "Access-Control-Allow-Headers");
  echo("Access-Control-Request-Method", "Access-Control-Allow-Methods");
  if (!request.header("Origin").empty()) reply.headers.emplace_back("Access-Control-Max-Age", "172800");
}

void RefuseUnknown(HttpReply& reply) {
  reply.status = 404;
  reply.content_type = "text/plain";
  reply.body = kUnknownOperation;
}

// Clients send "", "/" or, with an endpoint that ends so, "//".
bool IsRoot(std::string_view path) {
  return path.find_first_not_of('/') == std::string_view::npos;
}

// As services with REST paths refuse a signature. Status and form: a guess, what Lambda's clients print.
void Forbid(const ApiError& error, HttpReply& reply) {
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
  WriteKey(out, "message");
  WriteText(out, error.message);
  out.EndObject();
  reply.status = 403;
  reply.content_type = kJson;
  reply.owned_body = buffer.GetString();
  reply.headers.emplace_back("x-amzn-ErrorType", ErrorName(error.code));
}

// What a worker keeps from one call to the next; replies lie in it until they are copied for sending.
struct CallMemory {
  DispatchScratch scratch;
  std::string compressed;

  // Gives memory of a large call back. Requires: the replies were copied.
  void Trim() {
    constexpr std::size_t kKeptCapacity = 64 * 1024;
    scratch.Trim();
    if (compressed.capacity() > kKeptCapacity) std::string().swap(compressed);
  }
};

CallMemory& MemoryOfThisThread() {
  thread_local CallMemory memory;
  return memory;
}

// No request ends the process, not even one that our checks have overlooked.
void HandleOrFail(const PathHandler& path, const HttpRequest& request, HttpReply& reply) {
  try {
    path.handle(request, reply);
  } catch (const std::exception& exception) {
    Log(LogLevel::kError, "internal error", {{"path", request.path}, {"error", exception.what()}});
    reply = HttpReply{};
    Forbid(InternalError("The request could not be handled."), reply);
    reply.status = 500;
  }
}

// The checksum is that of the compressed bytes, as the SDKs expect.
// Source: observed: scylladb test/alternator/test_compressed_response.py (against AWS).
void Compress(const HttpRequest& request, HttpReply& reply) {
  constexpr std::size_t kSmallest = 4096;  // bytes
  if (reply.body.size() < kSmallest) return;
  const std::string_view encoding = ChooseEncoding(request.header("Accept-Encoding"));
  if (encoding.empty()) return;
  std::string& compressed = MemoryOfThisThread().compressed;
  compressed = EncodeContent(encoding, reply.body);
  reply.body = compressed;
  reply.headers.emplace_back("Content-Encoding", encoding);
}

}  // namespace

void ApiHandler::Handle(const HttpRequest& request, HttpReply& reply) {
  AllowOrigin(request, options_.allowed_origins, reply);
  if (!options_.as_local) ExposeHeaders(request, reply);
  for (const PathHandler& path : paths_) {
    if (request.method != "OPTIONS" && path.serves(request.path)) return HandlePath(path, request, reply);
  }
  if (request.method == "POST" && (!options_.as_local || HasCredentials(request))) return HandleCall(request, reply);
  HandleRest(request, reply);
}

void ApiHandler::HandlePath(const PathHandler& path, const HttpRequest& request, HttpReply& reply) const {
  const auto start = std::chrono::steady_clock::now();
  RequestFacts facts{.method = request.method, .path = request.path, .request_bytes = request.body.size()};
  Result<void> allowed;
  if (options_.signatures != nullptr && !path.service.empty()) {
    allowed = options_.signatures->Check(request, path.service);
  }
  dispatcher_.CommitWrites();
  if (!allowed) {
    Forbid(allowed.error(), reply);
  } else {
    HandleOrFail(path, request, reply);
  }
  if (!reply.later) return log_.Note(facts.With(reply, start));
  // The request is gone when the reply comes.
  facts.waits = true;
  reply.later = [log = log_, start, facts, method = std::string(request.method), target = std::string(request.path),
                 answer = std::move(reply.later)](ReplyCallback done) mutable {
    facts.method = method;
    facts.path = target;
    answer([log, start, facts, done = std::move(done)](HttpReply late) mutable {
      log.Note(facts.With(late, start));
      done(std::move(late));
    });
  };
}

// What is no call: health, CORS, and what AWS or DynamoDB Local answer to the others.
void ApiHandler::HandleRest(const HttpRequest& request, HttpReply& reply) const {
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  if (request.method == "OPTIONS" && (options_.as_local || !request.header("Origin").empty())) {
    HandlePreflight(request, reply);
  } else if (is_read && request.path == "/health") {
    reply.content_type = kJson;
    reply.amazon_headers = false;
    reply.body = R"({"status":"ok"})";
  } else if ((is_read && IsRoot(request.path)) || (options_.as_local && (is_read || !HasCredentials(request)))) {
    RefuseWithoutCredentials(reply);
  } else {
    RefuseUnknown(reply);
  }
  if (IsLogged(LogLevel::kDebug)) log_.NoteProbe(request.method, request.path, reply.status);
}

Result<void> ApiHandler::CheckCredentials(const HttpRequest& request) const {
  if (options_.signatures != nullptr) return options_.signatures->Check(request, "dynamodb");
  return CheckAuthorization(request, options_.as_local ? KeyIds::kLettersAndDigits : KeyIds::kLettersDigitsAndDashes);
}

void ApiHandler::HandleCall(const HttpRequest& request, HttpReply& reply) const {
  const std::string_view media_type = MediaType(request.header("Content-Type"));
  if (!options_.as_local && !request.body.empty() && media_type != kJson10 && media_type != kJson) {
    return RefuseUnknown(reply);
  }
  reply.content_type = media_type == kJson ? kJson : kJson10;
  DispatchScratch& scratch = MemoryOfThisThread().scratch;
  const auto start = std::chrono::steady_clock::now();
  const Result<void> authentication = CheckCredentials(request);
  // The path is signed, so AWS refuses most other paths before it looks at them.
  if (!options_.as_local && authentication && !IsRoot(request.path)) return RefuseUnknown(reply);
  const Caller caller = options_.separate_databases ? CallerOf(request) : Caller{};
  const Reply answer = dispatcher_.Dispatch(
      {request.header("X-Amz-Target"), request.body, authentication, request.header("Host"), caller, true}, scratch);
  const auto duration = std::chrono::steady_clock::now() - start;
  metrics_.Count(answer.operation, answer.error, duration);
  reply.status = answer.status;
  reply.body = answer.body;
  if (log_.Wants(answer.status, duration)) {
    log_.Note({.method = request.method,
               .path = request.path,
               .operation = answer.operation,
               .error = answer.error,
               .status = answer.status,
               .duration = duration,
               .request_bytes = request.body.size(),
               .reply = answer.body});
  }
  Compress(request, reply);
}

bool ApiHandler::Settle() {
  MemoryOfThisThread().Trim();
  const Result<void> settled = dispatcher_.Settle();
  if (!settled) Log(LogLevel::kError, "Writes could not be logged: " + settled.error().message);
  return settled.has_value();
}

}  // namespace dynarock
