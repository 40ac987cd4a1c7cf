// What answers the requests of the cases: a database in this process, or an endpoint.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/error_json.h"

namespace dynarock::conformance {

struct Answer {
  int status = 0;
  std::string body;
};

class Target {
 public:
  virtual ~Target() = default;
  // Errors: std::runtime_error if there is no answer.
  virtual Answer Call(std::string_view operation, const std::string& body) = 0;
  // Moves the clock of the target forward; false if it has none that can be moved.
  virtual bool AdvanceClock(std::chrono::milliseconds by) = 0;
};

// "DynamoDB_20120810.PutItem": what X-Amz-Target says for an operation.
std::string TargetHeader(std::string_view operation);

// An empty database in memory, or in `directory` if it is not "". Errors: std::runtime_error.
std::unique_ptr<Target> OpenInProcess(Wording wording, const std::string& directory);

}  // namespace dynarock::conformance
