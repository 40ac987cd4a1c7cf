// A function whose code runs here: a few processes, kept warm.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "server/lambda/function.h"

namespace dynarock {

// Starts a process where none is idle, and a new one in the place of one that ended.
std::unique_ptr<FunctionRunner> MakeCodeFunction(FunctionDefinition definition, FunctionSurroundings surroundings);

}  // namespace dynarock
