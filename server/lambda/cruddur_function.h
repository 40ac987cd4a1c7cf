// The stream function of Cruddur, built in for machines without Python: a new message moves its conversation to the top
// of each member's list, with the new text.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "server/lambda/function.h"

namespace dynarock {

// Runs an operation of DynamoDB's API; gives its reply's JSON. Errors: what the operation answered.
using ApiCall = std::function<Result<std::string>(const std::string& operation, const std::string& body)>;

inline constexpr std::string_view kCruddurFunction = "cruddur-messaging-stream";

std::unique_ptr<FunctionRunner> MakeCruddurFunction(ApiCall call);

}  // namespace dynarock
