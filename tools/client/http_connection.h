// The connection of a command to its server: what goes wrong is one sentence for the user.
#pragma once

#include <string>

#include "server/http_client/http_client.h"
#include "tools/client/endpoint.h"

namespace dynarock {

class HttpConnection {
 public:
  // Connects at the first call. Errors: CommandError if `url` is not of the form that ParseEndpoint reads.
  explicit HttpConnection(const std::string& url)
      : endpoint_(ParseEndpoint(url)), client_(endpoint_, nullptr, AuthoritiesOfEnvironment()) {}

  const Endpoint& endpoint() const { return endpoint_; }

  // Errors: CommandError if the server cannot be reached or does not answer within `seconds`.
  HttpAnswer Exchange(const HttpCall& call, int seconds = 30);

 private:
  Endpoint endpoint_;
  HttpClient client_;
};

}  // namespace dynarock
