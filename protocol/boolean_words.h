// The words that AWS takes for booleans.
#pragma once

#include <optional>
#include <string_view>

namespace dynarock {

// "true", "yes" and "1" in any letter case, "false", "no" and "0" likewise; nothing for another text.
// Observed: conformance/cases/values/scalars.case
std::optional<bool> BooleanWord(std::string_view text);

}  // namespace dynarock
