// Billed sizes. Source: Developer Guide, "DynamoDB item sizes and formats".
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/item/value.h"

namespace dynarock {

// Bytes billed for `value` without its name: UTF-8 bytes of a string, number bytes, 1 for BOOL and NULL, the sum of a
// set's elements; lists and maps cost 3 and 1 for each element besides their contents.
std::size_t BilledSize(ValueView value);

// Bytes billed for names and values of a map's payload (an item's attributes).
std::size_t BilledMembersSize(std::string_view map_payload);

}  // namespace dynarock
