#include "tools/client/endpoint.h"

#include <cstdlib>

#include "tools/client/command_error.h"

namespace dynarock {

Endpoint ParseEndpoint(const std::string& url) {
  const bool has_scheme = url.find("://") != std::string::npos;
  const std::string whole = has_scheme ? url : "http://" + url;
  Result<HttpUrl> parsed = ParseHttpUrl(whole, UrlSchemes::kHttpAndHttps);
  if (!parsed) {
    throw CommandError("The endpoint '" + url + "' is not of the form http://host:port, e.g. http://127.0.0.1:8000.");
  }
  return {*std::move(parsed), whole};
}

std::string AuthoritiesOfEnvironment() {
  const char* file = std::getenv("AWS_CA_BUNDLE");
  return file != nullptr ? file : "";
}

std::string EndpointOfEnvironment() {
  for (const char* name : {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

std::string DefaultEndpoint() {
  const std::string named = EndpointOfEnvironment();
  return named.empty() ? "http://127.0.0.1:8000" : named;
}

}  // namespace dynarock
