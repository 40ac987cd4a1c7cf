// How a function's code is started: program, environment, working directory.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "server/lambda/function.h"

namespace dynarock {

struct ProcessCommand {
  std::vector<std::string> arguments;    // the first is the program's path
  std::vector<std::string> environment;  // "NAME=value"
  std::string directory;
};

// What `definition` is run by, but for AWS_LAMBDA_RUNTIME_API. Writes the runtime's script where it is not there yet.
// Errors: kInternal with a sentence: the runtime is none we know, its program or bootstrap is missing.
Result<ProcessCommand> CommandFor(const FunctionDefinition& definition, const FunctionSurroundings& surroundings);

// Whether `runtime` is of a kind that CommandFor knows.
bool IsKnownRuntime(const std::string& runtime);

}  // namespace dynarock
