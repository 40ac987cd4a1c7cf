#include "server/lambda/function.h"

#include "protocol/json.h"

namespace dynarock {

InvocationResult FailedInvocation(const std::string& type, const std::string& message) {
  std::string payload = WrittenObject([&](JsonWriter& out) {
    WriteMember(out, "errorType", type);
    WriteMember(out, "errorMessage", message);
  });
  return {.payload = std::move(payload), .function_error = "Unhandled", .log_tail = {}};
}

ApiError FunctionNotFound(const std::string& name_or_arn) {
  return {ErrorCode::kResourceNotFound, "Function not found: " + name_or_arn, {}};
}

std::string FunctionArn(const FunctionSurroundings& surroundings, const std::string& name) {
  return "arn:aws:lambda:" + surroundings.region + ":" + surroundings.account_id + ":function:" + name;
}

}  // namespace dynarock
