#include "server/http/host_name.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "engine/base/ascii.h"
#include "engine/base/hex.h"

namespace dynarock {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035, 2.3.4, as text
constexpr std::size_t kLongestLabel = 63;

// In either form; an IPv4 address in IPv6's clothes is that of IPv4.
std::optional<HostName> ReadAddress(const std::string& text) {
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return HostName{text, true, ntohl(v4.s_addr) >> 24 == 127};
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return std::nullopt;
  const bool is_loopback = IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
  return HostName{text, true, is_loopback};
}

bool IsLabel(std::string_view label) {
  if (label.empty() || label.size() > kLongestLabel || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return IsAsciiDigit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_'; });
}

// Whether resolvers and browsers take a name with this last label for an IPv4 address.
// Source: WHATWG URL standard, "ends in a number".
bool IsNumber(std::string_view label) {
  const bool is_hex = label.starts_with("0x");
  if (is_hex) label.remove_prefix(2);
  return label.find_first_not_of(is_hex ? kLowerHexDigits : kLowerHexDigits.substr(0, 10)) == std::string_view::npos;
}

bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return false;
  for (;;) {
    const std::size_t dot = name.find('.');
    if (!IsLabel(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

bool IsPort(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), IsAsciiDigit);
}

}  // namespace

std::optional<HostName> ReadHost(std::string_view text) {
  const bool has_brackets = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (has_brackets) text = text.substr(1, text.size() - 2);
  if (text.size() > kLongestName + 1) return std::nullopt;
  std::string name = LowerCase(text);
  if (name.find('\0') != std::string::npos) return std::nullopt;
  if (const auto address = ReadAddress(name)) {
    if (has_brackets && name.find(':') == std::string::npos) return std::nullopt;
    return address;
  }
  if (name.ends_with('.')) name.pop_back();
  if (has_brackets || !IsName(name) || IsNumber(name.substr(name.rfind('.') + 1))) return std::nullopt;
  const bool is_loopback = IsWithin(name, "localhost");
  return HostName{std::move(name), false, is_loopback};
}

std::optional<HostName> ReadHostAndPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.ends_with(']')) return ReadHost(text);
  const std::string_view host = text.substr(0, colon);
  const bool is_bare_ipv6 = host.find(':') != std::string_view::npos && !host.starts_with('[');
  if (is_bare_ipv6 || !IsPort(text.substr(colon + 1))) return std::nullopt;
  return ReadHost(host);
}

bool IsWithin(std::string_view host, std::string_view domain) {
  if (!host.ends_with(domain)) return false;
  host.remove_suffix(domain.size());
  return host.empty() || host.ends_with('.');
}

}  // namespace dynarock
