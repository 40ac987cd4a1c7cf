#include "protocol/shape_fit.h"

#include <algorithm>

#include "protocol/boolean_words.h"
#include "protocol/table_arn.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

bool SizeFits(std::int64_t size, const Shape& shape) {
  return (shape.min == Shape::kNoLimit || size >= shape.min) && (shape.max == Shape::kNoLimit || size <= shape.max);
}

bool ContentsFit(const Json& list, const Shape& element) {
  const bool may_be_null = element.kind == ShapeKind::kAttributeValue;
  return std::all_of(list.Begin(), list.End(),
                     [&](const Json& value) { return value.IsNull() ? may_be_null : Fits(value, element); });
}

}  // namespace

bool IsArn(const Shape& shape, std::string_view text) {
  return shape.is_table_name && text.substr(0, 4) == "arn:";
}

bool KeysFit(const Json& map, const Shape& key) {
  return std::all_of(map.MemberBegin(), map.MemberEnd(), [&](const auto& member) {
    const std::string_view name = TextOf(member.name);
    if (IsArn(key, name)) return TableArnProblem(name).empty();
    return SizeFits(static_cast<std::int64_t>(name.size()), key) && key.pattern->matches(name);
  });
}

bool ListsFit(const Json& map, std::int64_t max) {
  for (const auto& member : map.GetObject()) {
    if (!member.value.IsArray()) continue;
    if (member.value.Empty() || member.value.Size() > static_cast<std::uint64_t>(max)) return false;
  }
  return true;
}

std::optional<bool> BooleanOf(const Json& value) {
  if (value.IsBool()) return value.GetBool();
  if (!value.IsString()) return std::nullopt;
  return BooleanWord(TextOf(value));
}

bool TextFits(const Json& value, const Shape& shape) {
  if (!value.IsString()) return false;
  const std::string_view text = TextOf(value);
  if (!shape.allowed.empty()) {
    return std::find(shape.allowed.begin(), shape.allowed.end(), text) != shape.allowed.end();
  }
  if (IsArn(shape, text)) return TableArnProblem(text).empty();
  return SizeFits(static_cast<std::int64_t>(text.size()), shape) && (!shape.pattern || shape.pattern->matches(text));
}

bool NumberFits(const Json& value, const Shape& shape) {
  return value.IsNumber() && SizeFits(IntegerOf(value), shape);
}

bool ListFits(const Json& value, const Shape& shape) {
  return value.IsArray() && SizeFits(value.Size(), shape);
}

bool MapFits(const Json& value, const Shape& shape) {
  return value.IsObject() && SizeFits(value.MemberCount(), shape) && (!shape.key || KeysFit(value, *shape.key)) &&
         (shape.max_in_values == Shape::kNoLimit || ListsFit(value, shape.max_in_values));
}

bool Fits(const Json& value, const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kBoolean:
      return BooleanOf(value).has_value();
    case ShapeKind::kString:
      return TextFits(value, shape);
    case ShapeKind::kInteger:
    case ShapeKind::kLong:
    case ShapeKind::kDouble:
      return NumberFits(value, shape);
    case ShapeKind::kList:
      return ListFits(value, shape) && ContentsFit(value, *shape.element);
    case ShapeKind::kMap:
      return MapFits(value, shape) && std::all_of(value.MemberBegin(), value.MemberEnd(), [&](const auto& member) {
               return member.value.IsNull() || Fits(member.value, *shape.element);
             });
    case ShapeKind::kBlob:
    case ShapeKind::kAttributeValue:
      return CheckTypes(value, shape).has_value();
    case ShapeKind::kStructure:
    case ShapeKind::kUnserved:
      return false;
  }
  return false;
}

}  // namespace dynarock
