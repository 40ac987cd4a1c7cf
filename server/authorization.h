// The credentials a request claims: the form of its Authorization header or of its presigned query.
#pragma once

#include "engine/base/result.h"
#include "server/http_message.h"

namespace dynarock {

// Any well-formed AWS4-HMAC-SHA256 credentials will do; the signature is not computed.
// Errors: kMissingAuthenticationToken, kIncompleteSignature, kInvalidSignature, kUnrecognizedClient.
Result<void> CheckAuthorization(const HttpRequest& request);

}  // namespace dynarock
