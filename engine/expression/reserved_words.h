// Words that can't be attribute names in an expression. Source: Developer Guide, "Reserved words in DynamoDB".
#pragma once

#include <string_view>

namespace dynarock {

// In any letter case.
bool IsReservedWord(std::string_view name);

}  // namespace dynarock
