// The process between the server and a function's. Whatever the function's process starts stays below the supervisor,
// also in sessions of its own, and ends with it: at the end of that process, and at the server's, however that ends.
#pragma once

#include <string>
#include <vector>

namespace dynarock {

// Where a supervisor finds the read end of a pipe. When its other end is closed, it ends everything.
inline constexpr int kSupervisorPipe = 3;

// The command that runs this same program as the supervisor of `arguments`.
std::vector<std::string> SupervisorArguments(const std::vector<std::string>& arguments);

// If this program was started as a supervisor: runs the command, ends what it has left, and ends as it did. Else
// returns. Call it first in main.
void SuperviseIfAsked(int argc, char** argv);

}  // namespace dynarock
