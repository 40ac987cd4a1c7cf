#include "server/api/api_handler.h"

#include <algorithm>

#include "engine/base/log.h"
#include "engine/base/text_parts.h"
#include "protocol/json_members.h"
#include "protocol/operation_table.h"
#include "server/admin/welcome_page.h"
#include "server/api/amazon_headers.h"
#include "server/http/content_encoding.h"

namespace dynarock {
namespace {

// DynamoDB Local's answer to a request without credentials; health checks in the wild look for its status 400.
constexpr std::string_view kNoCredentials =
    R"({"__type":"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken","Message":"Request must contain either a )"
    R"(valid (registered) AWS access key ID or X.509 certificate."})";
constexpr std::string_view kUnknownOperation = "<UnknownOperationException/>\n";
constexpr std::string_view kJson10 = "application/x-amz-json-1.0";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kText = "text/plain";

std::string_view MediaType(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (!content_type.empty() && content_type.back() == ' ') content_type.remove_suffix(1);
  return content_type;
}

AccessFacts FactsOf(const HttpRequest& request) {
  return {.peer = request.peer,
          .own = request.own,
          .host = request.host(),
          .origin = request.header("Origin"),
          .fetch_site = request.header("Sec-Fetch-Site")};
}

// Lets the page of this origin, or "*", read the reply.
void AllowOrigin(std::string_view origin, HttpReply& reply) {
  if (origin.empty()) return;
  reply.headers.emplace_back("Access-Control-Allow-Origin", origin);
  if (origin != "*") reply.headers.emplace_back("Vary", "Origin");
}

// Source: observed: scylladb test/alternator/test_cors.py (against AWS); which headers is a guess.
void ExposeHeaders(HttpReply& reply) {
  reply.headers.emplace_back("Access-Control-Expose-Headers",
                             "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
}

bool HasCredentials(const HttpRequest& request) {
  return !request.header("Authorization").empty() || request.query.find("X-Amz-Algorithm") != std::string_view::npos;
}

KeyIds KeyIdsOf(const ApiOptions& options) {
  return options.as_local ? KeyIds::kLettersAndDigits : KeyIds::kLettersDigitsAndDashes;
}

void RefuseWithoutCredentials(HttpReply& reply) {
  reply.status = 400;
  reply.body = kNoCredentials;
  // jest-dynamodb asks so whether we are there, never reads the answer, and would wait for the connection's end.
  reply.close = true;
}

void RefuseUnknown(HttpReply& reply) {
  reply.status = 404;
  reply.content_type = kText;
  reply.body = kUnknownOperation;
}

void Welcome(const HttpRequest& request, HttpReply& reply) {
  reply.content_type = "text/html; charset=utf-8";
  reply.service_headers = false;
  reply.headers.emplace_back("Content-Security-Policy", kWelcomePolicy);
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  reply.owned_body = WelcomePage(request.host(), request.is_encrypted);
}

// Clients send "", "/" or, with an endpoint that ends so, "//".
bool IsRoot(std::string_view path) {
  return path.find_first_not_of('/') == std::string_view::npos;
}

// As services with REST paths refuse a signature, and with the member by which DynamoDB's clients know an error.
// Status and form: a guess, what Lambda's clients print.
[[gnu::cold]] void Forbid(const ApiError& error, HttpReply& reply) {
  reply.status = 403;
  reply.content_type = kJson;
  reply.owned_body = WrittenObject([&](JsonWriter& out) {
    WriteMember(out, "__type", ErrorName(error.code));
    WriteMember(out, "message", error.message);
  });
  reply.headers.emplace_back("x-amzn-ErrorType", ErrorName(error.code));
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
  reply.owned_body = EncodeContent(encoding, reply.body);
  reply.headers.emplace_back("Content-Encoding", encoding);
}

// The engine's turn of an event loop's thread.
struct ApiTurn final : HandlerTurn {
  explicit ApiTurn(Store& store) : turn(store) {}
  Turn turn;
};

Turn* TurnOf(HandlerTurn* turn) {
  return turn == nullptr ? nullptr : &static_cast<ApiTurn*>(turn)->turn;
}

// What a thread keeps from one call to the next; replies lie in it until they are copied for sending.
DispatchScratch& ScratchOfThread() {
  thread_local DispatchScratch scratch;
  return scratch;
}

}  // namespace

void ApiHandler::AppendHeaders(std::string_view body, std::string& out) const {
  AppendAmazonHeaders(body, out);
}

std::string_view ApiHandler::NameOf(const HttpHeaders& headers) const {
  const std::string_view target = headers.Find("X-Amz-Target");
  return target.empty() ? target : target.substr(target.find('.') + 1);
}

void ApiHandler::Handle(const HttpRequest& request, HttpReply& reply) {
  reply.content_type = kJson10;
  reply.only_reads = true;  // but for calls
  const AccessFacts facts = FactsOf(request);
  const PathHandler* path = FindPath(request.path);
  const Area area = path != nullptr ? path->area : Area::kData;
  if (!facts.origin.empty()) {
    AllowOrigin(access_.ReadableBy(area, facts), reply);
    if (!options_.as_local) ExposeHeaders(reply);
  }
  if (request.method == "OPTIONS" && (options_.as_local || !facts.origin.empty())) {
    return HandlePreflight(area, request, reply, facts);
  }
  if (path == nullptr && request.method == "POST" && (!options_.as_local || HasCredentials(request))) {
    return HandleCall(request, reply, facts);
  }
  if (path == nullptr) return HandleRest(request, reply);
  // What is no call must not read around the writes of the turn, or wait for anyone beside them.
  static_cast<void>(Dispatcher::Join(TurnOf(request.turn), nullptr));
  HandlePath(*path, request, reply, facts);
}

const PathHandler* ApiHandler::FindPath(std::string_view path) const {
  const auto found =
      std::find_if(paths_.begin(), paths_.end(), [&](const auto& handler) { return handler.serves(path); });
  return found == paths_.end() ? nullptr : &*found;
}

// Control needs at least the form of a signature: a page cannot send that before it has asked for leave.
Result<void> ApiHandler::CheckPath(const PathHandler& path, const HttpRequest& request,
                                   const AccessFacts& facts) const {
  TRY_VOID(access_.CheckCaller(path.area, facts));
  if (path.area != Area::kControl) return {};
  const bool checks_signatures = options_.signatures != nullptr;
  if (!checks_signatures && !HasCredentials(request)) {
    return ApiError{ErrorCode::kMissingAuthenticationToken,
                    "Lambda's API and trigger administration accept signed requests only: sign the request as AWS's "
                    "SDKs do, with any key.",
                    {}};
  }
  TRY_VOID(checks_signatures ? options_.signatures->Check(request, path.service)
                             : CheckAuthorization(request, KeyIdsOf(options_)));
  return access_.CheckControl(facts, checks_signatures);
}

void ApiHandler::HandlePath(const PathHandler& path, const HttpRequest& request, HttpReply& reply,
                            const AccessFacts& access) const {
  const auto start = std::chrono::steady_clock::now();
  RequestFacts facts{.method = request.method, .path = request.path, .request_bytes = request.body.size()};
  const Result<void> allowed = CheckPath(path, request, access);
  if (!allowed) {
    Forbid(allowed.error(), reply);
  } else {
    HandleOrFail(path, request, reply);
  }
  if (!reply.later) return log_.Note(facts.With(reply, start));
  // The request is gone when the reply comes, so `facts` borrows nothing of it.
  facts.waits = true;
  facts.method = facts.path = {};
  reply.later = [log = log_, start, facts, method = std::string(request.method), target = std::string(request.path),
                 answer = std::move(reply.later)](ReplyCallback done) {
    answer([log, start, facts, method, target, done = std::move(done)](HttpReply late) mutable {
      // Only now: each copy of this closure has texts of its own.
      facts.method = method;
      facts.path = target;
      log.Note(facts.With(late, start));
      done(std::move(late));
    });
  };
}

// A page's question whether it may call, which a browser asks: no answer means that it may not.
void ApiHandler::HandlePreflight(Area area, const HttpRequest& request, HttpReply& reply,
                                 const AccessFacts& access) const {
  if (const auto allowed = access_.CheckCaller(area, access); !allowed) {
    return RefuseUnread(allowed.error(), request, reply);
  }
  reply.content_type = kText;
  const auto echo = [&](std::string_view from, std::string_view to) {
    if (const std::string_view value = request.header(from); !value.empty()) reply.headers.emplace_back(to, value);
  };
  echo("Access-Control-Request-Headers", "Access-Control-Allow-Headers");
  echo("Access-Control-Request-Method", "Access-Control-Allow-Methods");
  if (!access.origin.empty()) reply.headers.emplace_back("Access-Control-Max-Age", "172800");
  if (IsLogged(LogLevel::kDebug)) log_.NoteProbe(request.method, request.path, reply.status);
}

// What is no call: health, and what AWS or DynamoDB Local answer to the others.
void ApiHandler::HandleRest(const HttpRequest& request, HttpReply& reply) const {
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  if (is_read && request.path == "/health") {
    reply.content_type = kJson;
    reply.service_headers = false;
    reply.body = R"({"status":"ok"})";
  } else if (is_read && IsRoot(request.path) && AcceptsHtml(request.header("Accept"))) {
    Welcome(request, reply);
  } else if ((is_read && IsRoot(request.path)) || (options_.as_local && (is_read || !HasCredentials(request)))) {
    RefuseWithoutCredentials(reply);
  } else {
    RefuseUnknown(reply);
  }
  if (IsLogged(LogLevel::kDebug)) log_.NoteProbe(request.method, request.path, reply.status);
}

Result<void> ApiHandler::CheckCredentials(const HttpRequest& request) const {
  if (options_.signatures != nullptr) return options_.signatures->Check(request, "dynamodb");
  return CheckAuthorization(request, KeyIdsOf(options_));
}

// Of a request that may not even be looked at; the log says why, as a browser does not.
[[gnu::cold]] void ApiHandler::RefuseUnread(const ApiError& error, const HttpRequest& request, HttpReply& reply) const {
  Forbid(error, reply);
  log_.Note({.method = request.method,
             .path = request.path,
             .error = ErrorName(error.code),
             .status = reply.status,
             .request_bytes = request.body.size(),
             .reply = reply.content()});
}

void ApiHandler::HandleCall(const HttpRequest& request, HttpReply& reply, const AccessFacts& access) const {
  if (const auto allowed = access_.CheckCaller(Area::kData, access); !allowed)
    return RefuseUnread(allowed.error(), request, reply);
  const std::string_view media_type = MediaType(request.header("Content-Type"));
  if (!options_.as_local && !request.body.empty() && media_type != kJson10 && media_type != kJson) {
    return RefuseUnknown(reply);
  }
  reply.content_type = media_type == kJson ? kJson : kJson10;
  DispatchScratch& scratch = ScratchOfThread();
  const auto start = std::chrono::steady_clock::now();
  const Result<void> authentication = CheckCredentials(request);
  // The path is signed, so AWS refuses most other paths before it looks at them.
  if (!options_.as_local && authentication && !IsRoot(request.path)) return RefuseUnknown(reply);
  Turn* const turn = TurnOf(request.turn);
  const std::size_t changes = turn != nullptr ? turn->changes() : 0;
  const Caller caller = options_.separate_databases ? CallerOf(request) : Caller{};
  const Reply answer = dispatcher_.Dispatch(
      {request.header("X-Amz-Target"), request.body, authentication, access.host, caller, turn}, scratch);
  const auto duration = std::chrono::steady_clock::now() - start;
  metrics_.Count(answer.operation, answer.error, duration);
  if (!answer.operation.empty()) long_operations_.Note(answer.operation, duration);
  reply.status = answer.status;
  reply.body = answer.body;
  reply.only_reads = turn == nullptr || turn->changes() == changes;
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

bool ApiHandler::MayTakeLong(const HttpHeaders& headers, std::size_t body_size) const {
  if (body_size > kLargeBody) return true;
  if (!long_operations_.HasAny()) return false;
  const Operation* operation = FindOperation(headers.Find("X-Amz-Target"));
  return operation != nullptr && long_operations_.Contains(operation->name);
}

bool ApiHandler::MayWrite(const HttpHeaders& headers, std::string_view body) const {
  const std::string_view target = headers.Find("X-Amz-Target");
  return !target.empty() && Dispatcher::MayWrite(target, body);
}

std::unique_ptr<HandlerTurn> ApiHandler::BeginTurn() {
  return std::make_unique<ApiTurn>(dispatcher_.store());
}

bool ApiHandler::Settle(HandlerTurn* turn) {
  ScratchOfThread().Trim();
  return dispatcher_.Finish(*TurnOf(turn)).has_value();  // the store logs why not
}

HttpReply ApiHandler::Unsettled() const {
  const ApiError error = InternalError("The server encountered an internal error trying to fulfill the request.");
  return {.status = HttpStatus(ErrorCode::kInternal), .owned_body = WrittenJson([&](JsonWriter& out) {
                                                        WriteError(out, error, Wording::kCurrent, CheckLayer::kOlder);
                                                      })};
}

}  // namespace dynarock
