#include "server/lambda/http_function.h"

#include <atomic>

#include "protocol/json.h"
#include "server/lambda/json_post.h"

namespace dynarock {
namespace {

constexpr std::string_view kContainerPath = "/2015-03-31/functions/function/invocations";

// {"errorMessage": ..., "errorType": ...}, which containers answer with status 200.
bool IsError(std::string body) {
  JsonReader reader;
  const Json* json = reader.Parse(body, RepeatedNames::kAllowed);
  return json != nullptr && json->IsObject() && json->HasMember("errorMessage") && json->HasMember("errorType");
}

class HttpFunction final : public FunctionRunner {
 public:
  HttpFunction(std::string url, std::chrono::seconds timeout, AllowedHosts allowed)
      : url_(std::move(url)), timeout_(timeout), allowed_(std::move(allowed)) {}

  InvocationResult Invoke(const Invocation& invocation) override {
    if (stopped_) return FailedInvocation("Stopped", "The server is stopping.");
    const Result<PostReply> reply = PostJson(url_, invocation.payload, {timeout_, allowed_, stopped_});
    if (!reply) return FailedInvocation("Unreachable", reply.error().message);
    InvocationResult result;
    result.payload = reply->body;
    const bool failed = reply->status / 100 != 2 || !reply->function_error.empty() || IsError(reply->body);
    if (failed) result.function_error = "Unhandled";
    return result;
  }

  void Stop() override { stopped_ = true; }

 private:
  const std::string url_;
  const std::chrono::seconds timeout_;
  const AllowedHosts allowed_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace

std::unique_ptr<FunctionRunner> MakeHttpFunction(const FunctionDefinition& definition, AllowedHosts allowed) {
  std::string url = definition.target;
  const std::size_t path = url.find('/', url.find("://") + 3);
  if (path == std::string::npos || path + 1 == url.size()) url = url.substr(0, path) + std::string(kContainerPath);
  return std::make_unique<HttpFunction>(std::move(url), std::chrono::seconds(definition.timeout), std::move(allowed));
}

}  // namespace dynarock
