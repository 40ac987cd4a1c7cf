// One POST to a function's or a destination's URL, blocking.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

struct PostReply {
  int status = 0;
  std::string body;
  std::string function_error;  // of the header X-Amz-Function-Error
};

// Posts JSON to http://host[:port][/path]; `limit` is the time for all of it.
// Errors: kInternal with a sentence: no such URL, nobody there, no answer in time.
Result<PostReply> PostJson(const std::string& url, const std::string& body, std::chrono::milliseconds limit);

// Errors: kInternal with a sentence if `url` is no http URL.
Result<void> CheckHttpUrl(const std::string& url);

}  // namespace dynarock
