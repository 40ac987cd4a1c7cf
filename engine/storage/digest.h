// SHA-256 of bytes that are compared later but need not be kept.
#pragma once

#include <string>
#include <string_view>

namespace dynarock {

// 32 bytes.
std::string Sha256(std::string_view bytes);

}  // namespace dynarock
