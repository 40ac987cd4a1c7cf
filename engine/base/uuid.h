// UUIDs.
#pragma once

#include <string>
#include <string_view>

namespace dynarock {

// A random (version 4) UUID in lower case.
std::string NewUuid();

// 16 bytes as 8-4-4-4-12 digits in lower case. Requires: at least 16 bytes; the rest is ignored.
std::string UuidText(std::string_view bytes);

}  // namespace dynarock
