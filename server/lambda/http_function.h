// A function behind a URL: a Lambda container (the runtime interface emulator), or any web hook.
#pragma once

#include <memory>

#include "server/lambda/function.h"

namespace dynarock {

// A URL without a path is a Lambda container's. An answer of another status than 2xx, a X-Amz-Function-Error, or a body
// with errorType and errorMessage is a failure.
std::unique_ptr<FunctionRunner> MakeHttpFunction(const FunctionDefinition& definition, AllowedHosts allowed);

}  // namespace dynarock
