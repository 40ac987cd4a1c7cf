// Hosts as Host headers, origins and TLS greetings name them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dynarock {

struct HostName {
  std::string text;          // lower case, without brackets, port and final dot
  bool is_address = false;   // an IP address in its usual form
  bool is_loopback = false;  // 127.0.0.0/8, ::1, localhost, *.localhost

  bool operator==(const HostName&) const = default;
};

// Reads an IP address (an IPv6 one with or without brackets) or a name of letters, digits, '-' and '_' between dots.
// nullopt for anything else: user information, blanks, numbers that resolvers take for addresses (127.1, 0x7f000001).
std::optional<HostName> ReadHost(std::string_view text);

// The same with ":port" after it, or without; an IPv6 address must have its brackets.
std::optional<HostName> ReadHostAndPort(std::string_view text);

// Whether `host` is `domain` itself or below it: "a.localhost" of "localhost". Both in lower case.
bool IsWithin(std::string_view host, std::string_view domain);

}  // namespace dynarock
