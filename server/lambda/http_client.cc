#include "server/lambda/http_client.h"

#include <netdb.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <future>
#include <thread>
#include <vector>

namespace dynarock {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook(50);  // how soon a call notices that it is to stop

// Numeric addresses of `host`; none if there are none. Blocks for as long as the resolver does.
std::vector<std::string> AddressesOf(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  std::vector<std::string> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  freeaddrinfo(found);
  return addresses;
}

// Steps of one exchange, each up to its end, to the common deadline, or to the stop.
class Exchange {
 public:
  explicit Exchange(const PostLimits& limits) : limits_(limits), deadline_(SteadyClock::now() + limits.time) {}

  Result<void> Connect(const HttpUrl& url) {
    TRY(const std::vector<std::string> addresses, Resolve(url.host));
    std::vector<tcp::endpoint> endpoints;
    Result<void> refused = InternalError("The host " + url.host + " has no address.");
    for (const std::string& address : addresses) {
      Result<void> allowed = CheckAddress(limits_.allowed, url.host, address);
      error_code error;
      const auto numeric = asio::ip::make_address(address, error);
      if (allowed && !error) endpoints.emplace_back(numeric, url.port);
      if (!allowed) refused = std::move(allowed.error());
    }
    if (endpoints.empty()) return refused;
    return Run([&](auto done) { stream_.async_connect(endpoints, std::move(done)); });
  }

  Result<void> Send(const http::request<http::string_body>& request) {
    return Run([&](auto done) { http::async_write(stream_, request, std::move(done)); });
  }

  Result<void> Receive(http::response_parser<http::string_body>& parser) {
    return Run([&](auto done) { http::async_read(stream_, buffer_, parser, std::move(done)); });
  }

 private:
  bool MayGoOn() const { return !limits_.stopped && SteadyClock::now() < deadline_; }

  ApiError NoAnswer() const {
    return InternalError(limits_.stopped ? "The server is stopping." : "There was no answer within the time limit.");
  }

  // The resolver can't be interrupted, so it has a thread that may outlive the call.
  Result<std::vector<std::string>> Resolve(const std::string& host) const {
    if (host == "localhost") return std::vector<std::string>{"127.0.0.1"};
    const auto promise = std::make_shared<std::promise<std::vector<std::string>>>();
    auto addresses = promise->get_future();
    std::thread([promise, host] { promise->set_value(AddressesOf(host)); }).detach();
    while (addresses.wait_for(kLook) != std::future_status::ready) {
      if (!MayGoOn()) return NoAnswer();
    }
    return addresses.get();
  }

  template <class Start>
  Result<void> Run(Start start) {
    error_code result;
    bool is_done = false;
    io_.restart();
    start([&](const error_code& error, auto&&...) {
      result = error;
      is_done = true;
    });
    while (!is_done && MayGoOn()) io_.run_for(kLook);
    if (!is_done) {
      stream_.cancel();
      io_.run();
      return NoAnswer();
    }
    if (result) return InternalError(result.message());
    return {};
  }

  const PostLimits& limits_;
  const SteadyClock::time_point deadline_;
  asio::io_context io_;
  beast::tcp_stream stream_{io_};
  beast::flat_buffer buffer_;
};

Result<PostReply> Post(const HttpUrl& url, const std::string& body, const PostLimits& limits) {
  http::request<http::string_body> request(http::verb::post, url.target, 11);
  request.set(http::field::host, url.HostHeader());
  request.set(http::field::user_agent, "dynarock");
  request.set(http::field::content_type, "application/json");
  request.set(http::field::connection, "close");
  request.body() = body;
  request.prepare_payload();
  http::response_parser<http::string_body> parser;
  parser.body_limit(kLongestPostReply);
  Exchange exchange(limits);
  TRY_VOID(exchange.Connect(url));
  TRY_VOID(exchange.Send(request));
  TRY_VOID(exchange.Receive(parser));
  const auto& message = parser.get();
  const auto failed = message["X-Amz-Function-Error"];
  return PostReply{static_cast<int>(message.result_int()), message.body(), {failed.data(), failed.size()}};
}

}  // namespace

Result<PostReply> PostJson(const std::string& text, const std::string& body, const PostLimits& limits) {
  TRY(const HttpUrl url, ParseHttpUrl(text));
  Result<PostReply> reply = Post(url, body, limits);
  if (!reply) return InternalError("Cannot reach " + text + ": " + reply.error().message);
  return reply;
}

}  // namespace dynarock
