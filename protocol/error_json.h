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

// A ValidationException that lists what is wrong with members: "2 validation errors detected: FIRST; SECOND".
ApiError ShapeErrors(const std::vector<std::string>& errors);

// The message in the older layer of AWS's checks, as the classic wording has it everywhere.
std::string ClassicText(const ApiError& error);

// The classic text and the error's explanation, for logs and files of our own.
std::string ExplainedText(const ApiError& error);

// The message of a reason, which all wordings take from the older layer.
std::string ReasonText(const CancellationReason& reason);

// HTTP status of the error.
int HttpStatus(ErrorCode code);

// Writes {"__type": ..., "message": ..., ...} as an operation of `layer` does.
void WriteError(JsonWriter& out, const ApiError& error, Wording wording, CheckLayer layer);

// The part of the error's type behind the '#', e.g. "ValidationException".
std::string_view ErrorName(ErrorCode code);

}  // namespace dynarock
