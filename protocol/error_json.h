// Errors as DynamoDB puts them on the wire.
#pragma once

#include "engine/base/error.h"
#include "protocol/json.h"

namespace dynarock {

// The two wordings of AWS; see README.md.
enum class Wording { kCurrent, kClassic };

// HTTP status of the error.
int HttpStatus(ErrorCode code);

// Writes {"__type": ..., "message": ..., ...}. `has_envelope`: the operation is one of those that put
// "1 validation error detected: " in front of kRequestValidation messages in the current wording.
void WriteError(JsonWriter& out, const ApiError& error, Wording wording, bool has_envelope);

// The part of the error's type behind the '#', e.g. "ValidationException".
std::string_view ErrorName(ErrorCode code);

}  // namespace dynarock
