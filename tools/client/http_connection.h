// A blocking HTTP client of the command line: one kept-alive connection, one request after the other.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/client/endpoint.h"

namespace dynarock {

struct HttpCall {
  std::string method = "POST";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;  // besides Host and Content-Length
  std::string body;
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

class HttpConnection {
 public:
  // Connects at the first call. Errors: CommandError if `url` is not http://host[:port].
  explicit HttpConnection(const std::string& url);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  const Endpoint& endpoint() const { return endpoint_; }

  // Sends over a new connection, or over the kept one; a kept one that was closed meanwhile is made anew once.
  // Errors: CommandError if nobody is there, or there is no answer within `seconds`.
  HttpAnswer Exchange(const HttpCall& call, int seconds = 30);

 private:
  struct Connection;
  void Connect(int seconds);

  Endpoint endpoint_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace dynarock
