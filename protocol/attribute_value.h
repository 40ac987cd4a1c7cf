// Between DynamoDB's JSON of attribute values and canonical item bytes.
#pragma once

#include "engine/reads/item_list.h"
#include "engine/requests/request_expressions.h"
#include "protocol/json.h"
#include "protocol/shape.h"

namespace dynarock {

// AttributeValue as a structure, for the check of types.
extern const Shape kAttributeValueStructure;

// Decoding checks the types of what it reads: what gives no error is of the right types throughout. What gives an error
// may be of a wrong type as well, which AWS reports first: CheckTypes knows.

// An attribute map to item bytes, or why it is not an item. Requires: an object.
EncodedItem DecodeItem(const Json& map);

// One attribute value; appends nothing if it gives an error.
std::optional<ApiError> DecodeValue(const Json& value, std::string& out);

// ExpressionAttributeNames. False if one of them is not a text. Requires: an object.
bool DecodePlaceholderNames(const Json& names, ExpressionAttributes& out);
// ExpressionAttributeValues. False if one of them has an error. Requires: an object.
bool DecodePlaceholderValues(const Json& values, ExpressionAttributes& out);

void WriteValue(JsonWriter& out, ValueView value);
// {"name": {"S": "..."}, ...}
void WriteItem(JsonWriter& out, ItemView item);
void WriteItems(JsonWriter& out, const ItemList& items);

}  // namespace dynarock
