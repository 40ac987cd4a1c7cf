// The URL of a database, taken apart.
#pragma once

#include <string>

#include "server/http_client/http_url.h"

namespace dynarock {

struct Endpoint : HttpUrl {
  std::string url;  // as given, with its scheme, for messages
};

// Reads [http://]host[:port][/path] and https://... Errors: CommandError for anything else.
Endpoint ParseEndpoint(const std::string& url);

// The file of AWS_CA_BUNDLE, whose certificates are trusted besides the system's, as the AWS CLI does; "" if not set.
std::string AuthoritiesOfEnvironment();

// The URL that the environment names: the first of AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_LAMBDA and
// AWS_ENDPOINT_URL that is set; "" if none is.
std::string EndpointOfEnvironment();

// Where commands go without --endpoint.
std::string DefaultEndpoint();

}  // namespace dynarock
