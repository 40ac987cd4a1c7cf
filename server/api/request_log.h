// A line of the log for a request: at debug level, or at warn if an operator should look at it.
#pragma once

#include <chrono>

#include "engine/base/log.h"
#include "server/http/http_message.h"

namespace dynarock {

// Views hold until the line is written.
struct RequestFacts {
  std::string_view method;
  std::string_view path;
  std::string_view operation = {};  // "" for what is no call of DynamoDB's API
  std::string_view error = {};      // name of the error, "" on success
  int status = 200;
  std::chrono::nanoseconds duration = {};
  std::size_t request_bytes = 0;  // of the body
  std::string_view reply = {};    // its body, before it is compressed
  bool waits = false;             // for somebody else's answer: never slow

  // These with what came of the request that began at `start`.
  RequestFacts With(const HttpReply& answer, std::chrono::steady_clock::time_point start) const;
};

class RequestLog {
 public:
  // Requests that take `slow` or longer are logged at warn; 0: none is.
  explicit RequestLog(std::chrono::milliseconds slow)
      : slow_(slow.count() > 0 ? slow : std::chrono::nanoseconds::max()) {}

  // Whether Note may write a line: to be asked on the hot path.
  bool Wants(int status, std::chrono::nanoseconds duration) const {
    return status != 200 || duration >= slow_ || IsLogged(LogLevel::kDebug);
  }
  // At warn if the request was slow, failed with a status from 500 on, or was not let in (status 403, signatures,
  // unknown operations).
  void Note(const RequestFacts& facts) const;
  // What health checks ask, at debug level only.
  void NoteProbe(std::string_view method, std::string_view path, int status) const;

 private:
  std::chrono::nanoseconds slow_;
};

}  // namespace dynarock
