#include "tools/cruddur/dynamodb_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "tools/cruddur/command_error.h"
#include "tools/cruddur/iso_time.h"

namespace dynarock::cruddur {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::chrono::seconds kTimeout(30);

[[noreturn]] void CannotReach(const Endpoint& endpoint, const error_code& error) {
  throw CommandError("Cannot reach " + endpoint.url + " (" + error.message() +
                     "): start the database with `dynarock serve` or `tools/up`, or give its address by --endpoint.");
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

// The form of a SigV4 signature with the user's key id and no secret: local databases do not check it.
std::string Authorization(const std::string& region, const std::string& date) {
  const char* key = std::getenv("AWS_ACCESS_KEY_ID");
  return std::string("AWS4-HMAC-SHA256 Credential=") + (key != nullptr && *key != '\0' ? key : "local") + "/" + date +
         "/" + region +
         "/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + std::string(64, '0');
}

// Now in SigV4's basic form, e.g. 20261120T183200Z.
std::string BasicTimeNow() {
  const std::string time = FormatIsoTime(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  std::string basic;
  for (const char letter : time.substr(0, time.find('+'))) {
    if (letter != '-' && letter != ':') basic += letter;
  }
  return basic + "Z";
}

// A member of an error reply; some servers write Message for message.
std::string TextMember(const rapidjson::Document& reply, const char* name) {
  const auto member = reply.FindMember(name);
  return member != reply.MemberEnd() && member->value.IsString() ? member->value.GetString() : "";
}

[[noreturn]] void ThrowServiceError(const Endpoint& endpoint, std::string_view operation,
                                    const rapidjson::Document& reply) {
  std::string type = TextMember(reply, "__type");
  type.erase(0, type.find('#') + 1);
  std::string message = TextMember(reply, "message");
  if (message.empty()) message = TextMember(reply, "Message");
  throw ServiceError(
      endpoint.url + " refused " + std::string(operation) + " with " + type + (message.empty() ? "." : ": " + message),
      type);
}

}  // namespace

struct DynamoDbClient::Connection {
  asio::io_context io;
  beast::tcp_stream stream{io};
  beast::flat_buffer buffer;
  bool used = false;  // whether a reply came over it already

  // Runs one asynchronous operation to its end or to the time limit.
  template <typename Operation>
  error_code Run(Operation start) {
    error_code result;
    io.restart();
    stream.expires_after(kTimeout);
    start([&result](const error_code& error, auto&&...) { result = error; });
    io.run();
    return result;
  }
};

struct DynamoDbClient::Request {
  http::request<http::string_body> message;
};

struct DynamoDbClient::Response {
  http::response<http::string_body> message;
};

DynamoDbClient::DynamoDbClient(const std::string& url, std::string region)
    : endpoint_(ParseEndpoint(url)), region_(std::move(region)) {}

DynamoDbClient::~DynamoDbClient() = default;

void DynamoDbClient::Connect() {
  connection_ = std::make_unique<Connection>();
  Connection& connection = *connection_;
  const auto addresses = Resolve(connection.io, endpoint_);
  const error_code error =
      connection.Run([&](auto done) { connection.stream.async_connect(addresses, std::move(done)); });
  if (error) CannotReach(endpoint_, error);
  error_code ignored;
  connection.stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

DynamoDbClient::Response DynamoDbClient::Exchange(const Request& request) {
  for (;;) {
    if (connection_ == nullptr) Connect();
    Connection& connection = *connection_;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    error_code error =
        connection.Run([&](auto done) { http::async_write(connection.stream, request.message, std::move(done)); });
    if (!error) {
      error = connection.Run(
          [&](auto done) { http::async_read(connection.stream, connection.buffer, parser, std::move(done)); });
    }
    const bool was_used = std::exchange(connection.used, true);
    if (error || !parser.get().keep_alive()) connection_.reset();
    if (!error) return {parser.release()};
    if (error == beast::error::timeout) {
      throw CommandError(endpoint_.url + " did not answer within " + std::to_string(kTimeout.count()) +
                         " seconds: look at the database's log.");
    }
    if (!was_used) CannotReach(endpoint_, error);
  }
}

rapidjson::Document DynamoDbClient::Call(std::string_view operation, const std::string& body) {
  const std::string time = BasicTimeNow();
  Request request{{http::verb::post, endpoint_.path, 11}};
  request.message.set(http::field::host, HostHeader(endpoint_));
  request.message.set(http::field::user_agent, "dynarock-cruddur");
  request.message.set(http::field::content_type, "application/x-amz-json-1.0");
  request.message.set("X-Amz-Target", "DynamoDB_20120810." + std::string(operation));
  request.message.set("X-Amz-Date", time);
  request.message.set(http::field::authorization, Authorization(region_, time.substr(0, 8)));
  request.message.body() = body;
  request.message.prepare_payload();

  const Response response = Exchange(request);
  const int status = static_cast<int>(response.message.result_int());
  rapidjson::Document reply;
  reply.Parse(response.message.body().data(), response.message.body().size());
  const bool is_object = !reply.HasParseError() && reply.IsObject();
  if (is_object && status == 200) return reply;
  if (is_object && reply.HasMember("__type")) ThrowServiceError(endpoint_, operation, reply);
  throw CommandError(endpoint_.url + " answered with HTTP status " + std::to_string(status) +
                     " and not as a DynamoDB does: give the database's address by --endpoint.");
}

}  // namespace dynarock::cruddur
