// How a function's process ended, in Lambda's words.
#pragma once

#include <optional>
#include <string>

namespace dynarock {

// "Runtime exited with error: exit status 1", "... signal: killed", or "Runtime exited without providing a reason".
// `status` is that of waitpid; nullopt: not known.
// Source: public code and issues that quote Lambda's answers; the words for signals are those of Go's package syscall.
std::string ExitReason(std::optional<int> status);

}  // namespace dynarock
