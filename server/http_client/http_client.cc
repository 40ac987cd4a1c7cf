#include "server/http_client/http_client.h"

#include <netdb.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <filesystem>
#include <future>
#include <optional>
#include <thread>

#include "engine/base/ascii.h"

namespace dynarock {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
using Kind = HttpFailure::Kind;
using MaybeFailure = std::optional<HttpFailure>;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

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

// How long a call may still take.
class Deadline {
 public:
  explicit Deadline(const HttpLimits& limits) : stopped_(limits.stopped), end_(SteadyClock::now() + limits.time) {}

  MaybeFailure Passed() const {
    if (stopped_ != nullptr && *stopped_) return HttpFailure{Kind::kStopped, "the call was stopped"};
    if (SteadyClock::now() >= end_) return HttpFailure{Kind::kTimeLimit, "there was no answer within the time limit"};
    return std::nullopt;
  }

  // How long to wait before Passed is asked again.
  SteadyClock::duration Slice() const {
    const SteadyClock::duration left = end_ - SteadyClock::now();
    return stopped_ != nullptr ? std::min<SteadyClock::duration>(left, kLook) : left;
  }

 private:
  const std::atomic<bool>* const stopped_;
  const SteadyClock::time_point end_;
};

// A number or localhost needs no resolver, which a static binary may not have. The resolver can't be interrupted, so it
// has a thread that may outlive the call.
MaybeFailure Resolve(const std::string& host, const Deadline& deadline, std::vector<std::string>& addresses) {
  error_code error;
  static_cast<void>(asio::ip::make_address(host, error));
  if (host == "localhost" || !error) {
    addresses = {host == "localhost" ? "127.0.0.1" : host};
    return std::nullopt;
  }
  const auto promise = std::make_shared<std::promise<std::vector<std::string>>>();
  auto found = promise->get_future();
  std::thread([promise, host] { promise->set_value(AddressesOf(host)); }).detach();
  while (found.wait_for(deadline.Slice()) != std::future_status::ready) {
    if (MaybeFailure passed = deadline.Passed()) return passed;
  }
  addresses = found.get();
  return std::nullopt;
}

// A static OpenSSL looks where Debian has the authorities; these are the places of other systems.
constexpr std::array<const char*, 4> kSystemAuthorities = {"/etc/ssl/certs/ca-certificates.crt",
                                                           "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
                                                           "/etc/ssl/cert.pem"};

MaybeFailure Trust(const std::string& authorities, asio::ssl::context& context) {
  error_code error;
  context.set_default_verify_paths(error);
  for (const char* file : kSystemAuthorities) {
    error_code ignored;
    if (std::filesystem::exists(file)) context.load_verify_file(file, ignored);
  }
  if (authorities.empty()) return std::nullopt;
  context.load_verify_file(authorities, error);
  if (error) return HttpFailure{Kind::kUntrusted, "the certificates of " + authorities + " cannot be read"};
  return std::nullopt;
}

}  // namespace

std::string_view HttpAnswer::Header(std::string_view name) const {
  for (const auto& [header, value] : headers) {
    if (EqualsIgnoringCase(header, name)) return value;
  }
  return "";
}

class HttpClient::Connection {
 public:
  MaybeFailure Connect(const HttpUrl& url, const AddressCheck& check, const Deadline& deadline) {
    std::vector<std::string> addresses;
    if (MaybeFailure failure = Resolve(url.host, deadline, addresses)) return failure;
    std::vector<tcp::endpoint> endpoints;
    HttpFailure refused{Kind::kNoAddress, "the host has no address"};
    for (const std::string& address : addresses) {
      const Result<void> allowed = check ? check(url.host, address) : Result<void>();
      error_code error;
      const auto numeric = asio::ip::make_address(address, error);
      if (allowed && !error) endpoints.emplace_back(numeric, url.port);
      if (!allowed) refused = {Kind::kNotAllowed, allowed.error().message};
    }
    if (endpoints.empty()) return refused;
    if (MaybeFailure failure = Run(deadline, [&](auto done) { stream_.async_connect(endpoints, std::move(done)); })) {
      return failure;
    }
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    return std::nullopt;
  }

  // After Connect, for https://.
  MaybeFailure Encrypt(const HttpUrl& url, const std::string& authorities, const Deadline& deadline) {
    if (MaybeFailure failure = Trust(authorities, context_)) return failure;
    tls_.emplace(stream_, context_);
    tls_->set_verify_mode(asio::ssl::verify_peer);
    tls_->set_verify_callback(asio::ssl::host_name_verification(url.host));
    error_code numeric;
    static_cast<void>(asio::ip::make_address(url.host, numeric));
    if (numeric) {
      // The macro for it casts in C's way.
      SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               const_cast<char*>(url.host.c_str()));
    }
    MaybeFailure failure =
        Run(deadline, [&](auto done) { tls_->async_handshake(asio::ssl::stream_base::client, std::move(done)); });
    const long verified = SSL_get_verify_result(tls_->native_handle());
    if (failure && failure->kind == Kind::kConnection && verified != X509_V_OK) {
      return HttpFailure{Kind::kUntrusted, X509_verify_cert_error_string(verified)};
    }
    return failure;
  }

  MaybeFailure Exchange(const Request& request, std::size_t longest_body, const Deadline& deadline,
                        Response& response) {
    return tls_ ? Exchange(*tls_, request, longest_body, deadline, response)
                : Exchange(stream_, request, longest_body, deadline, response);
  }

 private:
  template <class Stream>
  MaybeFailure Exchange(Stream& stream, const Request& request, std::size_t longest_body, const Deadline& deadline,
                        Response& response) {
    const auto write = [&](auto done) { http::async_write(stream, request, std::move(done)); };
    if (MaybeFailure failure = Run(deadline, write)) return failure;
    for (;;) {
      http::response_parser<http::string_body> parser;
      if (longest_body < std::numeric_limits<std::size_t>::max()) {
        parser.body_limit(longest_body);
      } else {
        parser.body_limit(boost::none);
      }
      const auto read = [&](auto done) { http::async_read(stream, buffer_, parser, std::move(done)); };
      if (MaybeFailure failure = Run(deadline, read)) return failure;
      // Interim responses, such as 100 Continue, come before the answer.
      if (http::to_status_class(parser.get().result_int()) == http::status_class::informational) continue;
      response = parser.release();
      return std::nullopt;
    }
  }

  // Runs one asynchronous operation to its end, to the deadline, or to the stop.
  template <class Start>
  MaybeFailure Run(const Deadline& deadline, Start start) {
    error_code result;
    bool is_done = false;
    io_.restart();
    start([&](const error_code& error, auto&&...) {
      result = error;
      is_done = true;
    });
    MaybeFailure passed;
    while (!is_done && !(passed = deadline.Passed())) io_.run_for(deadline.Slice());
    if (!is_done) {
      stream_.cancel();
      io_.run();
      return passed;
    }
    if (result) return HttpFailure{Kind::kConnection, result.message()};
    return std::nullopt;
  }

  asio::io_context io_;
  beast::tcp_stream stream_{io_};
  asio::ssl::context context_{asio::ssl::context::tls_client};
  std::optional<asio::ssl::stream<beast::tcp_stream&>> tls_;  // for https://
  beast::flat_buffer buffer_;
};

HttpClient::HttpClient(HttpUrl url, AddressCheck check, std::string authorities)
    : url_(std::move(url)), check_(std::move(check)), authorities_(std::move(authorities)) {}

HttpClient::~HttpClient() = default;

std::variant<HttpAnswer, HttpFailure> HttpClient::Send(const HttpCall& call, const HttpLimits& limits) {
  Request request{http::string_to_verb(call.method), call.target, 11};
  request.set(http::field::host, url_.HostHeader());
  for (const auto& [name, value] : call.headers) request.set(name, value);
  request.body() = call.body;
  request.prepare_payload();
  const Deadline deadline(limits);
  for (;;) {
    const bool was_kept = kept_ != nullptr;
    std::unique_ptr<Connection> connection = was_kept ? std::move(kept_) : std::make_unique<Connection>();
    if (!was_kept) {
      MaybeFailure failure = connection->Connect(url_, check_, deadline);
      if (!failure && url_.is_encrypted) failure = connection->Encrypt(url_, authorities_, deadline);
      if (failure) return *std::move(failure);
    }
    Response response;
    MaybeFailure failure = connection->Exchange(request, limits.longest_body, deadline, response);
    if (failure && failure->kind == Kind::kConnection && was_kept) continue;
    if (failure) return *std::move(failure);
    if (response.keep_alive()) kept_ = std::move(connection);
    HttpAnswer answer{static_cast<int>(response.result_int()), {}};
    for (const auto& field : response) answer.headers.emplace_back(field.name_string(), field.value());
    answer.body = std::move(response.body());
    return answer;
  }
}

}  // namespace dynarock
