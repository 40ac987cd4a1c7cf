#include "server/lambda/http_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace dynarock {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

struct Url {
  std::string host;
  std::string port = "80";
  std::string target = "/";
};

Result<Url> ParseUrl(const std::string& text) {
  constexpr std::string_view kScheme = "http://";
  const ApiError no_url = InternalError("\"" + text + "\" is no URL of the form http://host:port/path.");
  if (!text.starts_with(kScheme)) return no_url;
  const std::string rest = text.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  Url url;
  url.host = rest.substr(0, slash);
  if (slash < rest.size()) url.target = rest.substr(slash);
  const std::size_t colon = url.host.rfind(':');
  if (colon != std::string::npos && url.host.back() != ']') {
    url.port = url.host.substr(colon + 1);
    url.host.erase(colon);
    if (url.port.empty() || url.port.find_first_not_of("0123456789") != std::string::npos) return no_url;
  }
  if (url.host.size() > 1 && url.host.front() == '[') url.host = url.host.substr(1, url.host.size() - 2);
  if (url.host.empty()) return no_url;
  return url;
}

// Steps of one exchange, each up to its end or to the common deadline.
class Exchange {
 public:
  explicit Exchange(std::chrono::milliseconds limit) { stream_.expires_after(limit); }

  error_code Connect(const Url& url) {
    error_code error;
    if (url.host == "localhost") {
      const auto port = static_cast<std::uint16_t>(std::stoul(url.port));
      return Run([&](auto done) { stream_.async_connect({asio::ip::address_v4::loopback(), port}, std::move(done)); });
    }
    asio::ip::tcp::resolver resolver(io_);
    const auto addresses = resolver.resolve(url.host, url.port, error);
    if (error) return error;
    return Run([&](auto done) { stream_.async_connect(addresses, std::move(done)); });
  }

  error_code Send(const http::request<http::string_body>& request) {
    return Run([&](auto done) { http::async_write(stream_, request, std::move(done)); });
  }

  error_code Receive(http::response_parser<http::string_body>& parser) {
    beast::flat_buffer buffer;
    return Run([&](auto done) { http::async_read(stream_, buffer, parser, std::move(done)); });
  }

 private:
  template <class Start>
  error_code Run(Start start) {
    error_code result;
    io_.restart();
    start([&result](const error_code& error, auto&&...) { result = error; });
    io_.run();
    return result;
  }

  asio::io_context io_;
  beast::tcp_stream stream_{io_};
};

}  // namespace

Result<void> CheckHttpUrl(const std::string& url) {
  TRY_VOID(ParseUrl(url));
  return {};
}

Result<PostReply> PostJson(const std::string& text, const std::string& body, std::chrono::milliseconds limit) {
  TRY(const Url url, ParseUrl(text));
  http::request<http::string_body> request(http::verb::post, url.target, 11);
  request.set(http::field::host, url.port == "80" ? url.host : url.host + ":" + url.port);
  request.set(http::field::user_agent, "dynarock");
  request.set(http::field::content_type, "application/json");
  request.set(http::field::connection, "close");
  request.body() = body;
  request.prepare_payload();
  http::response_parser<http::string_body> parser;
  parser.body_limit(64ULL * 1024 * 1024);
  Exchange exchange(limit);
  error_code error = exchange.Connect(url);
  if (!error) error = exchange.Send(request);
  if (!error) error = exchange.Receive(parser);
  if (error == beast::error::timeout) return InternalError(text + " did not answer in time.");
  if (error) return InternalError("Cannot reach " + text + ": " + error.message() + ".");
  const auto& message = parser.get();
  const auto failed = message["X-Amz-Function-Error"];
  return PostReply{static_cast<int>(message.result_int()), message.body(), {failed.data(), failed.size()}};
}

}  // namespace dynarock
