#include "conformance/endpoint_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

namespace dynarock::conformance {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

std::string FromEnvironment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

// Now in SigV4's form, e.g. 20261120T183200Z.
std::string AmazonDate() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts)};
}

class EndpointClient final : public Target {
 public:
  explicit EndpointClient(const std::string& url) {
    constexpr std::string_view kScheme = "http://";
    if (url.compare(0, kScheme.size(), kScheme) != 0)
      throw std::runtime_error("an endpoint is http://host[:port]: " + url);
    std::string address = url.substr(kScheme.size());
    address = address.substr(0, address.find('/'));
    const std::size_t colon = address.rfind(':');
    host_ = address.substr(0, colon);
    port_ = colon == std::string::npos ? "80" : address.substr(colon + 1);
  }

  Answer Call(std::string_view operation, const std::string& body) override {
    const bool is_kept = stream_.has_value();
    error_code error;
    Answer answer = Exchange(operation, body, error);
    // The other side may have closed a kept connection.
    if (error && is_kept) answer = Exchange(operation, body, error);
    if (error) throw std::runtime_error("no answer from " + host_ + ":" + port_ + ": " + error.message());
    return answer;
  }

  bool AdvanceClock(std::chrono::milliseconds) override { return false; }

 private:
  Answer Exchange(std::string_view operation, const std::string& body, error_code& error) {
    error = {};
    if (!stream_) Connect(error);
    if (error) return {};
    http::request<http::string_body> request(http::verb::post, "/", 11);
    FillHeaders(operation, request);
    request.body() = body;
    request.prepare_payload();
    http::write(*stream_, request, error);
    http::response_parser<http::string_body> response;
    constexpr std::uint64_t kMaxReply = 64 * 1024 * 1024;
    response.body_limit(kMaxReply);
    if (!error) http::read(*stream_, buffer_, response, error);
    if (error || !response.keep_alive()) stream_.reset();
    return {static_cast<int>(response.get().result_int()), std::move(response.get().body())};
  }

  void Connect(error_code& error) {
    asio::ip::tcp::resolver resolver(io_);
    const auto addresses = resolver.resolve(host_, port_, error);
    if (error) return;
    buffer_.clear();
    stream_.emplace(io_);
    constexpr std::chrono::seconds kTimeout(60);
    stream_->expires_after(kTimeout);
    stream_->connect(addresses, error);
    if (error) stream_.reset();
  }

  void FillHeaders(std::string_view operation, http::request<http::string_body>& request) const {
    const std::string date = AmazonDate();
    const std::string scope = FromEnvironment("AWS_ACCESS_KEY_ID", "local") + "/" + date.substr(0, 8) + "/" +
                              FromEnvironment("AWS_REGION", "us-east-1") + "/dynamodb/aws4_request";
    request.set(http::field::host, host_ + ":" + port_);
    request.set(http::field::content_type, "application/x-amz-json-1.0");
    request.set("X-Amz-Target", TargetHeader(operation));
    request.set("X-Amz-Date", date);
    request.set(http::field::authorization,
                "AWS4-HMAC-SHA256 Credential=" + scope +
                    ", SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + std::string(64, '0'));
  }

  std::string host_, port_;
  asio::io_context io_;
  beast::flat_buffer buffer_;
  std::optional<beast::tcp_stream> stream_;
};

}  // namespace

std::unique_ptr<Target> OpenEndpoint(const std::string& url) {
  return std::make_unique<EndpointClient>(url);
}

}  // namespace dynarock::conformance
