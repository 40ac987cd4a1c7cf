// URLs of functions and destinations: their form, and the addresses that they may lead to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

struct HttpUrl {
  std::string host;  // in lower case; an IPv6 address without its brackets
  std::uint16_t port = 80;
  std::string target = "/";

  std::string HostHeader() const;
};

// http://host[:port][/path], at most 2,048 characters, all of them printable ASCII.
// Errors: kInternal with a sentence.
Result<HttpUrl> ParseHttpUrl(std::string_view text);

// Where functions' URLs and destinations may lead besides loopback and private networks: host names and addresses, or
// "*" for all but link-local addresses, at which clouds keep credentials.
using AllowedHosts = std::vector<std::string>;

// Errors: kInternal with a sentence if `host` may not be reached at `address`, a numeric one that it was resolved to.
Result<void> CheckAddress(const AllowedHosts& allowed, std::string_view host, const std::string& address);

// What can be said of a URL before its host is resolved: its form, and its host where that is an address.
// Errors: kInternal with a sentence.
Result<void> CheckHttpUrl(const AllowedHosts& allowed, std::string_view url);

}  // namespace dynarock
