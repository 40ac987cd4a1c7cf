// A blocking HTTP/1.1 client: one kept-alive connection, one request after the other.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "server/http_client/http_url.h"

namespace dynarock {

struct HttpCall {
  std::string method = "POST";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers = {};  // besides Host and Content-Length
  std::string body = {};
};

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};

  // The value of the first header of this name, in any letter case; "" if there is none.
  std::string_view Header(std::string_view name) const;
};

// Why there is no answer.
struct HttpFailure {
  enum class Kind { kNoAddress, kNotAllowed, kUntrusted, kConnection, kTimeLimit, kStopped };
  Kind kind = Kind::kConnection;
  std::string reason;  // a sentence of the address check, or the system's words
};

struct HttpLimits {
  std::chrono::milliseconds time{30'000};                              // for all of a call
  std::size_t longest_body = std::numeric_limits<std::size_t>::max();  // bytes of an answer
  const std::atomic<bool>* stopped = nullptr;                          // ends the call soon once it is true
};

class HttpClient {
 public:
  // Whether `host` may be reached at `address`, a numeric one. Errors: why not.
  using AddressCheck = std::function<Result<void>(const std::string& host, const std::string& address)>;

  // Connects at the first call. The host is resolved once per connection, and only addresses that pass `check` are
  // connected to; without a check, all do. For https://, the server's certificate must be for the host and come from
  // one of the system's authorities, or of those in the PEM file `authorities` if it is not "".
  explicit HttpClient(HttpUrl url, AddressCheck check = nullptr, std::string authorities = "");
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  const HttpUrl& url() const { return url_; }

  // Sends over the kept connection, or over a new one. A kept one that the server has closed is replaced once.
  std::variant<HttpAnswer, HttpFailure> Send(const HttpCall& call, const HttpLimits& limits = {});

 private:
  class Connection;

  HttpUrl url_;
  AddressCheck check_;
  std::string authorities_;
  std::unique_ptr<Connection> kept_;
};

}  // namespace dynarock
