// The stream function of Cruddur, built in for machines without Python: a new message moves its conversation to the top
// of each member's list, with the new text.
#pragma once

#include "server/lambda/function.h"

namespace dynarock {

inline constexpr std::string_view kCruddurFunction = "cruddur-messaging-stream";

std::unique_ptr<FunctionRunner> MakeCruddurFunction(ApiCall call);

}  // namespace dynarock
