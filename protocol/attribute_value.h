// Between DynamoDB's JSON of attribute values and canonical item bytes.
#pragma once

#include "engine/reads/item_list.h"
#include "engine/requests/request_expressions.h"
#include "protocol/json.h"
#include "protocol/shape.h"

namespace dynarock {

// AttributeValue as a structure, for the check of types.
extern const Shape kAttributeValueStructure;

// An attribute map to item bytes, or why it is none. Requires: the shape was checked.
EncodedItem DecodeItem(const Json& map);

// One attribute value; appends nothing if it gives an error.
std::optional<ApiError> DecodeValue(const Json& value, std::string& out);

// ExpressionAttributeNames and ExpressionAttributeValues of a request.
ExpressionAttributes DecodeExpressionAttributes(const Json& body);

void WriteValue(JsonWriter& out, ValueView value);
// {"name": {"S": "..."}, ...}
void WriteItem(JsonWriter& out, ItemView item);
void WriteItems(JsonWriter& out, const ItemList& items);

}  // namespace dynarock
