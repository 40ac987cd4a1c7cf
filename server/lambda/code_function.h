// A function whose code runs here: a few processes, kept warm.
#pragma once

#include <memory>

#include "server/lambda/function.h"
#include "server/lambda/process_pool.h"

namespace dynarock {

// Its processes are those of `pool`, which outlives it.
std::unique_ptr<FunctionRunner> MakeCodeFunction(FunctionDefinition definition, FunctionSurroundings surroundings,
                                                 ProcessPool& pool);

}  // namespace dynarock
