// Who runs the command, for the server: keys as AWS's tools find them, and requests signed with them.
#pragma once

#include <string>

#include "protocol/sigv4/credentials.h"
#include "tools/client/http_connection.h"

namespace dynarock {

// AWS_ACCESS_KEY_ID and its like; else the profile AWS_PROFILE, or "default", of AWS_SHARED_CREDENTIALS_FILE or
// ~/.aws/credentials; else "dynarock", which passes where signatures are not checked.
Credentials CallersKeys();

// AWS_REGION, AWS_DEFAULT_REGION, or us-east-1.
std::string CallersRegion();

// Errors: CommandError if the server would not take it: a region has 1 to 64 letters, digits, '-' and '_'.
void CheckRegion(const std::string& region);

// Adds date, token and signature for `service` to the call's headers; all that are there are signed.
void SignCall(const Endpoint& endpoint, const std::string& region, const std::string& service, const Credentials& keys,
              HttpCall& call);

}  // namespace dynarock
