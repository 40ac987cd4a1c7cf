#include "server/lambda/http_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

namespace dynarock {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr std::size_t kLongestUrl = 2048;
constexpr std::size_t kLongestHost = 253;  // of a name in DNS

// An address as sixteen bytes; IPv4 as ::ffff:a.b.c.d.
using AddressBytes = std::array<std::uint8_t, 16>;

std::optional<AddressBytes> BytesOf(const std::string& address) {
  AddressBytes bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (inet_pton(AF_INET, address.c_str(), bytes.data() + 12) == 1) return bytes;
  return std::nullopt;
}

bool IsIpv4(const AddressBytes& bytes) {
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

bool IsLinkLocal(const AddressBytes& bytes) {
  if (IsIpv4(bytes)) return bytes[12] == 169 && bytes[13] == 254;
  return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

// 127/8, ::1, and the private networks: 10/8, 172.16/12, 192.168/16, fc00::/7.
bool IsLoopbackOrPrivate(const AddressBytes& bytes) {
  if (IsIpv4(bytes)) {
    return bytes[12] == 127 || bytes[12] == 10 || (bytes[12] == 172 && (bytes[13] & 0xf0) == 16) ||
           (bytes[12] == 192 && bytes[13] == 168);
  }
  constexpr AddressBytes kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return bytes == kLoopback || (bytes[0] & 0xfe) == 0xfc;
}

bool IsListed(const AllowedHosts& allowed, std::string_view host) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& entry) {
    return std::equal(entry.begin(), entry.end(), host.begin(), host.end(),
                      [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
  });
}

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
  return port == 80 ? name : name + ":" + std::to_string(port);
}

Result<HttpUrl> ParseHttpUrl(std::string_view text) {
  const auto is_printable = [](char letter) { return letter > ' ' && letter < '\x7f'; };
  if (text.size() > kLongestUrl) {
    return InternalError("A URL of " + std::to_string(text.size()) + " characters is too long: give at most " +
                         std::to_string(kLongestUrl) + ".");
  }
  if (!text.starts_with(kScheme) || !std::all_of(text.begin(), text.end(), is_printable)) return NotUrl(text);
  std::string_view rest = text.substr(kScheme.size());
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  HttpUrl url;
  if (end < rest.size()) url.target = rest.substr(end, rest.find('#') - end);
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  std::string_view authority = rest.substr(0, end);
  const bool in_brackets = authority.starts_with('[');
  const std::size_t host_end = in_brackets ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return NotUrl(text);
  url.host = authority.substr(in_brackets ? 1 : 0, in_brackets ? host_end - 1 : host_end);
  std::transform(url.host.begin(), url.host.end(), url.host.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
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

Result<void> CheckAddress(const AllowedHosts& allowed, std::string_view host, const std::string& address) {
  const std::optional<AddressBytes> bytes = BytesOf(address);
  if (bytes) {
    if (IsLoopbackOrPrivate(*bytes) || IsListed(allowed, host)) return {};
    if (IsListed(allowed, "*") && !IsLinkLocal(*bytes)) return {};
  }
  const std::string name(host);
  return InternalError("The host " + name + (host == address ? "" : " (" + address + ")") +
                       " is outside of this machine and of private networks: allow it with --function-hosts " + name +
                       ".");
}

Result<void> CheckHttpUrl(const AllowedHosts& allowed, std::string_view url) {
  TRY(const HttpUrl parsed, ParseHttpUrl(url));
  if (!BytesOf(parsed.host)) return {};
  return CheckAddress(allowed, parsed.host, parsed.host);
}

}  // namespace dynarock
