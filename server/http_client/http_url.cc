#include "server/http_client/http_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "engine/base/ascii.h"

namespace dynarock {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";
constexpr std::uint16_t kHttpPort = 80, kHttpsPort = 443;
constexpr std::size_t kLongestUrl = 2048;
constexpr std::size_t kLongestHost = 253;  // of a name in DNS

bool IsHostName(std::string_view host) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
  return !host.empty() && host.size() <= kLongestHost && host.find_first_not_of(kLetters) == std::string_view::npos;
}

ApiError NotUrl(std::string_view text) {
  return InternalError("\"" + std::string(text.substr(0, 100)) + "\" is not a URL of the form http://host:port/path.");
}

}  // namespace

std::string HttpUrl::HostHeader() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (is_encrypted ? kHttpsPort : kHttpPort) ? name : name + ":" + std::to_string(port);
}

Result<HttpUrl> ParseHttpUrl(std::string_view text, UrlSchemes schemes) {
  const auto is_printable = [](char letter) { return letter > ' ' && letter < '\x7f'; };
  if (text.size() > kLongestUrl) {
    return InternalError("A URL of " + std::to_string(text.size()) + " characters is too long: give at most " +
                         std::to_string(kLongestUrl) + ".");
  }
  HttpUrl url;
  url.is_encrypted = schemes == UrlSchemes::kHttpAndHttps && text.starts_with(kHttps);
  url.port = url.is_encrypted ? kHttpsPort : kHttpPort;
  const std::string_view scheme = url.is_encrypted ? kHttps : kHttp;
  if (!text.starts_with(scheme) || !std::all_of(text.begin(), text.end(), is_printable)) return NotUrl(text);
  std::string_view rest = text.substr(scheme.size());
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  if (end < rest.size()) url.target = rest.substr(end, rest.find('#') - end);
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  std::string_view authority = rest.substr(0, end);
  const bool in_brackets = authority.starts_with('[');
  const std::size_t host_end = in_brackets ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return NotUrl(text);
  url.host = LowerCase(authority.substr(in_brackets ? 1 : 0, in_brackets ? host_end - 1 : host_end));
  in6_addr ignored{};
  if (in_brackets ? inet_pton(AF_INET6, url.host.c_str(), &ignored) != 1 : !IsHostName(url.host)) return NotUrl(text);
  std::string_view port = authority.substr(host_end + (in_brackets ? 1 : 0));
  if (port.empty()) return url;
  if (!port.starts_with(':')) return NotUrl(text);
  port.remove_prefix(1);
  const auto [last, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (error != std::errc() || last != port.data() + port.size() || url.port == 0) return NotUrl(text);
  return url;
}

}  // namespace dynarock
