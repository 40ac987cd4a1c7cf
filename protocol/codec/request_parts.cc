#include "protocol/codec/request_parts.h"

#include <algorithm>

#include "protocol/attribute_value.h"

namespace dynarock {

bool IsResourceName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  });
}

// What is decoded without an error is of the right types; only what is not is looked at again.

bool Read(const Json& value, const Shape& shape, EncodedItem& out) {
  if (!MapFits(value, shape)) return false;
  out = DecodeItem(value);
  return !out.error || Fits(value, shape);
}

bool Read(const Json& value, const Shape& shape, EncodedValue& out) {
  out.error = DecodeValue(value, out.bytes);
  return !out.error || Fits(value, shape);
}

bool Read(const Json& value, const Shape& shape, ExpressionAttributes& out) {
  if (!MapFits(value, shape)) return false;
  if (shape.element->kind == ShapeKind::kString) return DecodePlaceholderNames(value, out);
  return DecodePlaceholderValues(value, out) || Fits(value, shape);
}

}  // namespace dynarock
