// Where the URLs of functions and destinations may lead.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

// Where functions' URLs and destinations may lead besides loopback and private networks: host names and addresses, or
// "*" for all but link-local addresses, at which clouds keep credentials.
using AllowedHosts = std::vector<std::string>;

// Errors: kInternal with a sentence if `host` may not be reached at `address`, a numeric one that it was resolved to.
Result<void> CheckAddress(const AllowedHosts& allowed, std::string_view host, const std::string& address);

// What can be said of a URL before its host is resolved: its form, and its host where that is an address.
// Errors: kInternal with a sentence.
Result<void> CheckHttpUrl(const AllowedHosts& allowed, std::string_view url);

}  // namespace dynarock
