// Text without differences of case, for all of Unicode.
#pragma once

#include <string>
#include <string_view>

namespace dynarock {

// UTF-8 with each code point replaced by its simple case fold; bytes that are not UTF-8 stay as they are.
// Source: Unicode 15, CaseFolding.txt. A table instead of towlower, which in a static binary knows ASCII alone, and
// instead of ICU, which is larger than the server.
std::string FoldCase(std::string_view text);

}  // namespace dynarock
