// Whether a value is what its shape allows, in type and constraints: the quick answer. shape_validator has the words.
#pragma once

#include <optional>

#include "protocol/json.h"
#include "protocol/shape.h"

namespace dynarock {

// Whether the text stands for a table by its ARN, where the shape allows that.
bool IsArn(const Shape& shape, std::string_view text);

// Requires: an object.
bool KeysFit(const Json& map, const Shape& key);
bool ListsFit(const Json& map, std::int64_t max);

// Nothing for what is not a boolean. AWS takes some words for booleans.
std::optional<bool> BooleanOf(const Json& value);

// Each says of values of its kind what Fits says.
bool TextFits(const Json& value, const Shape& shape);
bool NumberFits(const Json& value, const Shape& shape);
// The list or map alone, without what it contains.
bool ListFits(const Json& value, const Shape& shape);
bool MapFits(const Json& value, const Shape& shape);

// False for a structure: it is read by its members. Of attribute values the types are looked at, as their other errors
// are the operation's.
bool Fits(const Json& value, const Shape& shape);

}  // namespace dynarock
