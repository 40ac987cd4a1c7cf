// The credentials a request claims: the form of its Authorization header or of its presigned query.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/database/databases.h"
#include "server/http/http_message.h"

namespace dynarock {

// What an access key id may be made of.
enum class KeyIds { kLettersDigitsAndDashes, kLettersAndDigits };

// Any well-formed AWS4-HMAC-SHA256 credentials will do; the signature is not computed.
// Errors: kMissingAuthenticationToken, kIncompleteSignature, kInvalidSignature, kUnrecognizedClient.
Result<void> CheckAuthorization(const HttpRequest& request, KeyIds key_ids);

// The value of the first `name=` in a header or a query, whose parts are set apart by `separator` and by blanks; "" if
// there is none.
std::string_view FindParameter(std::string_view text, char separator, std::string_view name);

// The Credential that a request claims, keyid/date/region/service/aws4_request, of the header or decoded once of the
// query; "" if there is none. All checks and the choice of the database read this one.
std::string ClaimedCredential(const HttpRequest& request);

// Whom the request's credentials name; empty where they tell nothing. The views hold as long as the request, and until
// the next call on this thread.
Caller CallerOf(const HttpRequest& request);

}  // namespace dynarock
