// What this program is and what is linked into it.
#pragma once

#include <string>

namespace dynarock {

// "dynarock VERSION", then a line with name and version for each library; no newline at the end.
std::string VersionText();

}  // namespace dynarock
