// The scripts that load a handler and speak the Runtime API, as text.
#pragma once

#include <string_view>

namespace dynarock {

extern const std::string_view kPythonRuntime;
extern const std::string_view kNodeRuntime;

}  // namespace dynarock
