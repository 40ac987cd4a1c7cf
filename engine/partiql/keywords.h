// The words that PartiQL keeps for itself: as names they must be quoted.
#pragma once

#include <string_view>

namespace dynarock::partiql {

bool IsPartiqlKeyword(std::string_view lower_case);

// Whether the keyword is a function's name where a parenthesis follows.
bool IsFunctionKeyword(std::string_view lower_case);

}  // namespace dynarock::partiql
