// One POST to a function's or a destination's URL, blocking.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "engine/base/result.h"
#include "server/lambda/allowed_hosts.h"

namespace dynarock {

struct PostReply {
  int status = 0;
  std::string body;
  std::string function_error;  // of the header X-Amz-Function-Error
};

// The longest body of a reply that is read.
inline constexpr std::size_t kLongestPostReply = 16ULL * 1024 * 1024;  // bytes

struct PostLimits {
  std::chrono::milliseconds time;    // for all of it
  const AllowedHosts& allowed;       // beside this machine and private networks
  const std::atomic<bool>& stopped;  // ends the call soon once it is true
};

// Posts JSON to http://host[:port][/path]. The host is resolved once, and only addresses that may be reached are
// connected to.
// Errors: kInternal with a sentence: not such a URL, a host that may not be reached, no answer.
Result<PostReply> PostJson(const std::string& url, const std::string& body, const PostLimits& limits);

}  // namespace dynarock
