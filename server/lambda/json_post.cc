#include "server/lambda/json_post.h"

#include "server/http_client/http_client.h"

namespace dynarock {
namespace {

std::string SentenceOf(const HttpFailure& failure, const HttpUrl& url) {
  switch (failure.kind) {
    case HttpFailure::Kind::kNoAddress:
      return "The host " + url.host + " has no address.";
    case HttpFailure::Kind::kTimeLimit:
      return "There was no answer within the time limit.";
    case HttpFailure::Kind::kStopped:
      return "The server is stopping.";
    case HttpFailure::Kind::kNotAllowed:
    case HttpFailure::Kind::kUntrusted:
    case HttpFailure::Kind::kConnection:
      break;
  }
  return failure.reason;
}

}  // namespace

Result<PostReply> PostJson(const std::string& text, const std::string& body, const PostLimits& limits) {
  TRY(const HttpUrl url, ParseHttpUrl(text));
  HttpClient client(url, [&](const std::string& host, const std::string& address) {
    return CheckAddress(limits.allowed, host, address);
  });
  const HttpCall call{
      .target = url.target,
      .headers = {{"User-Agent", "dynarock"}, {"Content-Type", "application/json"}, {"Connection", "close"}},
      .body = body};
  auto outcome =
      client.Send(call, {.time = limits.time, .longest_body = kLongestPostReply, .stopped = &limits.stopped});
  if (const auto* failure = std::get_if<HttpFailure>(&outcome)) {
    return InternalError("Cannot reach " + text + ": " + SentenceOf(*failure, url));
  }
  auto& answer = std::get<HttpAnswer>(outcome);
  std::string function_error(answer.Header("X-Amz-Function-Error"));
  return PostReply{answer.status, std::move(answer.body), std::move(function_error)};
}

}  // namespace dynarock
