// The URL of a database, taken apart.
#pragma once

#include <string>

#include "server/http_client/http_url.h"

namespace dynarock {

struct Endpoint : HttpUrl {
  std::string url;  // as given, for messages
};

// Reads http://host[:port][/path]. Errors: CommandError for anything else, https included.
Endpoint ParseEndpoint(const std::string& url);

// The URL that the environment names: the first of AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_LAMBDA and
// AWS_ENDPOINT_URL that is set; "" if none is.
std::string EndpointOfEnvironment();

// Where commands go without --endpoint.
std::string DefaultEndpoint();

}  // namespace dynarock
