// Sets of attribute values: from JSON to their canonical bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/item_bytes.h"
#include "protocol/json.h"

namespace dynarock {

// For a value of another type than its name says. CheckTypes has the words for it.
ApiError NotOfItsType();

bool IsBase64(std::string_view text);

// Appends a set. Errors: what is wrong with it or an element, or NotOfItsType.
std::optional<ApiError> DecodeSet(Type type, const Json& list, std::string& out);

}  // namespace dynarock
