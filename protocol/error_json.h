// Errors as DynamoDB puts them on the wire.
#pragma once

#include "engine/base/error.h"
#include "protocol/json.h"
#include "protocol/wording.h"

namespace dynarock {

// Which layer of AWS's checks an operation has in the current wording; in the others all have the older.
enum class CheckLayer {
  kOlder,
  kNewer,
  kEnveloped,  // the newer, with "1 validation error detected: " in front of kRequestValidation messages
};

// HTTP status of the error.
int HttpStatus(ErrorCode code);

// Writes {"__type": ..., "message": ..., ...} as an operation of `layer` does.
void WriteError(JsonWriter& out, const ApiError& error, Wording wording, CheckLayer layer);

// The part of the error's type behind the '#', e.g. "ValidationException".
std::string_view ErrorName(ErrorCode code);

}  // namespace dynarock
