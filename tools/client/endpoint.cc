#include "tools/client/endpoint.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "tools/client/command_error.h"

namespace dynarock {
namespace {

[[noreturn]] void Refuse(const std::string& url) {
  throw CommandError("The endpoint '" + url + "' is not of the form http://host:port, e.g. http://127.0.0.1:8000.");
}

std::uint16_t ParsePort(std::string_view digits, const std::string& url) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) Refuse(url);
  return port;
}

}  // namespace

Endpoint ParseEndpoint(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (url.starts_with("https://")) {
    throw CommandError("The endpoint " + url +
                       " uses HTTPS, which these commands do not support: give its http:// address.");
  }
  if (!url.starts_with(kScheme)) Refuse(url);
  Endpoint endpoint;
  endpoint.url = url;
  std::string_view authority = std::string_view(url).substr(kScheme.size());
  if (const std::size_t slash = authority.find('/'); slash != std::string_view::npos) {
    endpoint.path = authority.substr(slash);
    authority = authority.substr(0, slash);
  }
  std::size_t host_end = authority.find(':');
  if (authority.starts_with('[')) {
    const std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) Refuse(url);
    endpoint.host = authority.substr(1, bracket - 1);
    host_end = bracket + 1;
  } else {
    endpoint.host = authority.substr(0, host_end);
  }
  if (endpoint.host.empty()) Refuse(url);
  if (host_end >= authority.size()) return endpoint;
  if (authority[host_end] != ':') Refuse(url);
  endpoint.port = ParsePort(authority.substr(host_end + 1), url);
  return endpoint;
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

std::string HostHeader(const Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace dynarock
