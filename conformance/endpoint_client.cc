#include "conformance/endpoint_client.h"

#include <cstdlib>
#include <ctime>
#include <stdexcept>

#include "engine/base/iso_time.h"
#include "server/http_client/http_client.h"

namespace dynarock::conformance {
namespace {

std::string FromEnvironment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

HttpUrl UrlOf(const std::string& text) {
  Result<HttpUrl> url = ParseHttpUrl(text);
  if (!url) throw std::runtime_error("an endpoint is http://host[:port]: " + text);
  return *std::move(url);
}

class EndpointClient final : public Target {
 public:
  explicit EndpointClient(const std::string& url) : client_(UrlOf(url)) {}

  Answer Call(std::string_view operation, const std::string& body) override {
    constexpr std::size_t kMaxReply = 64ULL * 1024 * 1024;
    const HttpCall call{.headers = HeadersFor(operation), .body = body};
    auto outcome = client_.Send(call, {.time = std::chrono::seconds(60), .longest_body = kMaxReply});
    if (const auto* failure = std::get_if<HttpFailure>(&outcome)) {
      throw std::runtime_error("no answer from " + client_.url().HostHeader() + ": " + failure->reason);
    }
    auto& answer = std::get<HttpAnswer>(outcome);
    return {answer.status, std::move(answer.body)};
  }

  bool AdvanceClock(std::chrono::milliseconds) override { return false; }

 private:
  static std::vector<std::pair<std::string, std::string>> HeadersFor(std::string_view operation) {
    const std::string date = BasicIsoTime(std::time(nullptr));
    const std::string scope = FromEnvironment("AWS_ACCESS_KEY_ID", "local") + "/" + date.substr(0, 8) + "/" +
                              FromEnvironment("AWS_REGION", "us-east-1") + "/dynamodb/aws4_request";
    return {{"Content-Type", "application/x-amz-json-1.0"},
            {"X-Amz-Target", TargetHeader(operation)},
            {"X-Amz-Date", date},
            {"Authorization", "AWS4-HMAC-SHA256 Credential=" + scope +
                                  ", SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + std::string(64, '0')}};
  }

  HttpClient client_;
};

}  // namespace

std::unique_ptr<Target> OpenEndpoint(const std::string& url) {
  return std::make_unique<EndpointClient>(url);
}

}  // namespace dynarock::conformance
