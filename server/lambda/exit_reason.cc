#include "server/lambda/exit_reason.h"

#include <sys/wait.h>

#include <cctype>
#include <csignal>
#include <cstring>

#include "engine/base/ascii.h"

namespace dynarock {
namespace {

// Whether the signal's default action writes a core: signal(7). The limits of this machine don't matter to Lambda's
// text.
bool DumpsCore(int signal) {
  switch (signal) {
    case SIGQUIT:
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV:
    case SIGXCPU:
    case SIGXFSZ:
    case SIGSYS:
      return true;
    default:
      return false;
  }
}

// "segmentation fault"; an abbreviation stays as it is.
std::string SignalName(int signal) {
  std::string name = strsignal(signal);
  const auto is_upper = [&](std::size_t i) { return AsciiLower(name[i]) != name[i]; };
  if (name.size() > 1 && is_upper(0) && !is_upper(1)) {
    name[0] = AsciiLower(name[0]);
  }
  return name;
}

}  // namespace

std::string ExitReason(std::optional<int> status) {
  const std::string with_error = "Runtime exited with error: ";
  if (status && WIFSIGNALED(*status)) {
    const int signal = WTERMSIG(*status);
    return with_error + "signal: " + SignalName(signal) + (DumpsCore(signal) ? " (core dumped)" : "");
  }
  if (status && WEXITSTATUS(*status) != 0) return with_error + "exit status " + std::to_string(WEXITSTATUS(*status));
  return "Runtime exited without providing a reason";
}

}  // namespace dynarock
