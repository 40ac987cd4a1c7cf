// Errors of statements that more than one place reports.
#pragma once

#include "engine/base/error.h"

namespace dynarock::errors {

[[gnu::cold]] ApiError InvalidNextToken();
[[gnu::cold]] ApiError NextTokenOfAnotherRequest();
[[gnu::cold]] ApiError ExistsOutsideTransaction();

// `error` as a kValidation.
[[gnu::cold]] ApiError OfStatement(ApiError error);

}  // namespace dynarock::errors
