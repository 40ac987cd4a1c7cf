// The URL of a database, taken apart.
#pragma once

#include <cstdint>
#include <string>

namespace dynarock {

struct Endpoint {
  std::string url;   // as given, for messages
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string path = "/";
};

// Reads http://host[:port][/path]. Errors: CommandError for anything else, https included.
Endpoint ParseEndpoint(const std::string& url);

// The URL that the environment names: the first of AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_LAMBDA and
// AWS_ENDPOINT_URL that is set; "" if none is.
std::string EndpointOfEnvironment();

// Where commands go without --endpoint.
std::string DefaultEndpoint();

// The Host header: host and port, with brackets around an IPv6 address.
std::string HostHeader(const Endpoint& endpoint);

}  // namespace dynarock
