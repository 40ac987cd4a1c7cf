#include "protocol/type_check.h"

#include "engine/base/limits.h"
#include "protocol/attribute_value.h"
#include "protocol/boolean_words.h"
#include "protocol/found_fields.h"

namespace dynarock {
namespace {

constexpr const char* kUnexpectedStructure = "Start of structure or map found where not expected";

ApiError WrongType(std::string message) {
  return {ErrorCode::kSerialization, std::move(message), {}};
}

std::string_view JavaName(const Shape& shape) {
  switch (shape.kind) {
    case ShapeKind::kBoolean:
      return "Boolean";
    case ShapeKind::kString:
      return "String";
    case ShapeKind::kInteger:
      return "Integer";
    case ShapeKind::kLong:
      return "Long";
    case ShapeKind::kDouble:
      return "Double";
    default:
      return "";
  }
}

std::string_view ScalarToken(const Json& value) {
  if (value.IsTrue()) return "TRUE_VALUE";
  if (value.IsFalse()) return "FALSE_VALUE";
  if (value.IsString()) return "STRING_VALUE";
  return value.IsDouble() ? "DECIMAL_VALUE" : "NUMBER_VALUE";
}

Result<void> CheckScalar(const Json& value, const Shape& shape) {
  const auto name = [&] { return std::string(JavaName(shape)); };
  if (value.IsArray()) return WrongType("Unrecognized collection type class java.lang." + name());
  if (value.IsObject()) return WrongType(kUnexpectedStructure);
  const auto cannot = [&] { return WrongType(std::string(ScalarToken(value)) + " cannot be converted to " + name()); };
  switch (shape.kind) {
    case ShapeKind::kBoolean:
      if (value.IsString() && !BooleanWord(TextOf(value))) return WrongType("Unexpected token received from parser");
      return value.IsNumber() ? Result<void>(cannot()) : Result<void>();
    case ShapeKind::kString:
      return value.IsString() ? Result<void>() : Result<void>(cannot());
    default:
      return value.IsNumber() ? Result<void>() : Result<void>(cannot());
  }
}

Result<void> CheckBlob(const Json& value) {
  if (value.IsArray()) return WrongType("Unrecognized collection type class java.nio.ByteBuffer");
  if (value.IsObject()) return WrongType(kUnexpectedStructure);
  if (!value.IsString()) return WrongType("only base-64-encoded strings are convertible to bytes");
  std::string problem;
  if (!CheckBase64(TextOf(value), problem)) return WrongType(problem);
  return {};
}

std::string Qualified(std::string_view name) {
  return "com.amazonaws.dynamodb.v20120810." + std::string(name);
}

// `depth`: how many attribute values it stands in.
Result<void> CheckValue(const Json& value, const Shape& shape, bool is_element, std::size_t depth);

Result<void> CheckList(const Json& value, const Shape& shape, std::size_t depth) {
  if (value.IsObject()) return WrongType(kUnexpectedStructure);
  if (!value.IsArray()) return WrongType("Unexpected field type");
  for (const Json& element : value.GetArray()) {
    if (!element.IsNull()) TRY_VOID(CheckValue(element, *shape.element, true, depth));
  }
  return {};
}

Result<void> CheckMap(const Json& value, const Shape& shape, std::size_t depth) {
  if (value.IsArray()) {
    const bool is_string = shape.element->kind == ShapeKind::kString;
    return WrongType("Unrecognized collection type java.util.Map<java.lang.String, " +
                     (is_string ? "java.lang.String" : Qualified(shape.java_name)) + ">");
  }
  if (!value.IsObject()) return WrongType("Unexpected field type");
  for (const auto& member : value.GetObject()) {
    if (!member.value.IsNull()) TRY_VOID(CheckValue(member.value, *shape.element, true, depth));
  }
  return {};
}

Result<void> CheckStructure(const Json& value, const Shape& shape, bool is_element, std::size_t depth) {
  if (value.IsArray()) return WrongType("Unrecognized collection type class " + Qualified(shape.java_name));
  if (!value.IsObject()) return WrongType(is_element ? "Unexpected value type in payload" : "Unexpected field type");
  const FoundFields found(value, shape.fields);
  for (std::size_t i = 0; i < shape.fields.size(); ++i) {
    if (found[i]) TRY_VOID(CheckValue(*found[i], *shape.fields[i].shape, false, depth));
  }
  return {};
}

// {"S": "..."}, as most attribute values are.
bool IsText(const Json& value) {
  return value.IsObject() && value.MemberCount() == 1 && IsNamed(value.MemberBegin()->name, "S") &&
         value.MemberBegin()->value.IsString();
}

Result<void> CheckValue(const Json& value, const Shape& shape, bool is_element, std::size_t depth) {
  // Deeper values are refused for their nesting when they are decoded.
  constexpr std::size_t kDepthLimit = 2 * kMaxNesting;
  if (depth > kDepthLimit) return {};
  switch (shape.kind) {
    case ShapeKind::kBlob:
      return CheckBlob(value);
    case ShapeKind::kList:
      return CheckList(value, shape, depth);
    case ShapeKind::kMap:
      return CheckMap(value, shape, depth);
    case ShapeKind::kStructure:
      return CheckStructure(value, shape, is_element, depth);
    case ShapeKind::kAttributeValue:
      if (IsText(value)) return {};
      return CheckStructure(value, kAttributeValueStructure, is_element, depth + 1);
    case ShapeKind::kUnserved:
      return {};
    default:
      return CheckScalar(value, shape);
  }
}

}  // namespace

Result<void> CheckTypes(const Json& value, const Shape& shape) {
  return CheckValue(value, shape, false, 0);
}

bool CheckBase64(std::string_view text, std::string& problem) {
  switch (FindBase64Fault(text)) {
    case Base64Fault::kNone:
      return true;
    case Base64Fault::kLength:
      problem = "Base64 encoded length is expected a multiple of 4 bytes but found: " + std::to_string(text.size());
      return false;
    case Base64Fault::kCharacter:
    case Base64Fault::kSpareBits:
      break;
  }
  problem = "Invalid last non-pad Base64 character dectected";
  return false;
}

}  // namespace dynarock
