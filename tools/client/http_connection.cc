#include "tools/client/http_connection.h"

#include "tools/client/command_error.h"

namespace dynarock {

HttpAnswer HttpConnection::Exchange(const HttpCall& call, int seconds) {
  auto outcome = client_.Send(call, {.time = std::chrono::seconds(seconds)});
  if (auto* answer = std::get_if<HttpAnswer>(&outcome)) return std::move(*answer);
  const auto& failure = std::get<HttpFailure>(outcome);
  if (failure.kind == HttpFailure::Kind::kTimeLimit) {
    throw CommandError(endpoint_.url + " did not answer within " + std::to_string(seconds) +
                       " seconds: check the database's log.");
  }
  if (failure.kind == HttpFailure::Kind::kUntrusted) {
    throw CommandError("The certificate of " + endpoint_.url + " is not trusted (" + failure.reason +
                       "): set AWS_CA_BUNDLE to the file that `dynarock serve --tls` names at its start.");
  }
  throw CommandError("Cannot reach " + endpoint_.url + " (" + failure.reason +
                     "): start the database with `dynarock serve` or `tools/up`, or give its address with --endpoint.");
}

}  // namespace dynarock
