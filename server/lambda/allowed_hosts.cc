#include "server/lambda/allowed_hosts.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "engine/base/ascii.h"
#include "server/http_client/http_url.h"

namespace dynarock {
namespace {

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
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& entry) { return EqualsIgnoringCase(entry, host); });
}

}  // namespace

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
