#include "tools/client/http_connection.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <utility>

#include "tools/client/command_error.h"

namespace dynarock {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

[[noreturn]] void CannotReach(const Endpoint& endpoint, const error_code& error) {
  throw CommandError("Cannot reach " + endpoint.url + " (" + error.message() +
                     "): start the database with `dynarock serve` or `tools/up`, or give its address with --endpoint.");
}

// Addresses of `endpoint`; a number or localhost needs no resolver, which a static binary may not have.
std::vector<asio::ip::tcp::endpoint> Resolve(asio::io_context& io, const Endpoint& endpoint) {
  if (endpoint.host == "localhost") return {{asio::ip::address_v4::loopback(), endpoint.port}};
  error_code error;
  const asio::ip::address address = asio::ip::make_address(endpoint.host, error);
  if (!error) return {{address, endpoint.port}};
  asio::ip::tcp::resolver resolver(io);
  std::vector<asio::ip::tcp::endpoint> addresses;
  for (const auto& entry : resolver.resolve(endpoint.host, std::to_string(endpoint.port), error)) {
    addresses.push_back(entry.endpoint());
  }
  if (error) CannotReach(endpoint, error);
  return addresses;
}

}  // namespace

struct HttpConnection::Connection {
  asio::io_context io;
  beast::tcp_stream stream{io};
  beast::flat_buffer buffer;
  bool used = false;  // whether a reply came over it already

  // Runs one asynchronous operation to its end or to the time limit.
  template <typename Operation>
  error_code Run(int seconds, Operation start) {
    error_code result;
    io.restart();
    stream.expires_after(std::chrono::seconds(seconds));
    start([&result](const error_code& error, auto&&...) { result = error; });
    io.run();
    return result;
  }
};

HttpConnection::HttpConnection(const std::string& url) : endpoint_(ParseEndpoint(url)) {}

HttpConnection::~HttpConnection() = default;

void HttpConnection::Connect(int seconds) {
  connection_ = std::make_unique<Connection>();
  Connection& connection = *connection_;
  const auto addresses = Resolve(connection.io, endpoint_);
  const error_code error =
      connection.Run(seconds, [&](auto done) { connection.stream.async_connect(addresses, std::move(done)); });
  if (error) CannotReach(endpoint_, error);
  error_code ignored;
  connection.stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

HttpAnswer HttpConnection::Exchange(const HttpCall& call, int seconds) {
  http::request<http::string_body> request{http::string_to_verb(call.method), call.target, 11};
  request.set(http::field::host, HostHeader(endpoint_));
  for (const auto& [name, value] : call.headers) request.set(name, value);
  request.body() = call.body;
  request.prepare_payload();
  for (;;) {
    if (connection_ == nullptr) Connect(seconds);
    Connection& connection = *connection_;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    error_code error =
        connection.Run(seconds, [&](auto done) { http::async_write(connection.stream, request, std::move(done)); });
    if (!error) {
      error = connection.Run(
          seconds, [&](auto done) { http::async_read(connection.stream, connection.buffer, parser, std::move(done)); });
    }
    const bool was_used = std::exchange(connection.used, true);
    if (error || !parser.get().keep_alive()) connection_.reset();
    if (!error)
      return {parser.get().result_int() > 0 ? static_cast<int>(parser.get().result_int()) : 0, parser.get().body()};
    if (error == beast::error::timeout) {
      throw CommandError(endpoint_.url + " did not answer within " + std::to_string(seconds) +
                         " seconds: check the database's log.");
    }
    if (!was_used) CannotReach(endpoint_, error);
  }
}

}  // namespace dynarock
