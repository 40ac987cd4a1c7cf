// Messages for who runs the server: lines on standard error, whole also when several threads write.
#pragma once

#include <string_view>

namespace dynarock {

void LogLine(std::string_view text);

}  // namespace dynarock
