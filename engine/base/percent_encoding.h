// Bytes as "%2F", which URLs have them as.
#pragma once

#include <string>
#include <string_view>

namespace dynarock {

// Letters, digits, '-', '.', '_' and '~' stay, and so does `kept` ('\0': nothing else).
// Source: RFC 3986, 2.3; the digits are in upper case, as Signature Version 4 has them.
std::string PercentEncoded(std::string_view text, char kept = '\0');

// "%2F", whatever the byte.
std::string PercentEncodedByte(char byte);

// With "%XX" as bytes; a '%' without two hex digits stays.
std::string PercentDecoded(std::string_view text);

// The same for the parameters of a query, where '+' is a space.
std::string FormDecoded(std::string_view text);

}  // namespace dynarock
