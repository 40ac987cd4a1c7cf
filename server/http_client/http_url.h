// URLs of the form http://host[:port][/path], and https:// where it is allowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dynarock {

struct HttpUrl {
  std::string host;  // in lower case; an IPv6 address without its brackets
  std::uint16_t port = 80;
  std::string target = "/";   // the path with its query, without a fragment
  bool is_encrypted = false;  // https://

  // The host, in brackets if it is an IPv6 address, and the port unless it is the scheme's own.
  std::string HostHeader() const;
};

enum class UrlSchemes { kHttp, kHttpAndHttps };

// scheme://host[:port][/path], at most 2,048 characters, all of them printable ASCII.
// Errors: kInternal with a sentence.
Result<HttpUrl> ParseHttpUrl(std::string_view text, UrlSchemes schemes = UrlSchemes::kHttp);

}  // namespace dynarock
