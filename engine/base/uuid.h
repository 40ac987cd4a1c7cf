// Random UUIDs.
#pragma once

#include <string>

namespace dynarock {

// A random (version 4) UUID in lower case.
std::string NewUuid();

}  // namespace dynarock
