#include "protocol/type_check.h"

#include "engine/base/limits.h"
#include "protocol/attribute_value.h"
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

bool IsBooleanWord(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  for (const std::string_view word : {"TRUE", "1", "YES", "FALSE", "0", "NO"}) {
    if (upper == word) return true;
  }
  return false;
}

Result<void> CheckScalar(const Json& value, const Shape& shape) {
  const auto name = [&] { return std::string(JavaName(shape)); };
  if (value.IsArray()) return WrongType("Unrecognized collection type class java.lang." + name());
  if (value.IsObject()) return WrongType(kUnexpectedStructure);
  const auto cannot = [&] { return WrongType(std::string(ScalarToken(value)) + " cannot be converted to " + name()); };
  switch (shape.kind) {
    case ShapeKind::kBoolean:
      if (value.IsString() && !IsBooleanWord(TextOf(value))) return WrongType("Unexpected token received from parser");
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

Result<void> CheckValue(const Json& value, const Shape& shape, bool is_element, std::size_t depth);

Result<void> CheckList(const Json& value, const Shape& shape, std::size_t depth) {
  if (value.IsObject()) return WrongType(kUnexpectedStructure);
  if (!value.IsArray()) return WrongType("Unexpected field type");
  for (const Json& element : value.GetArray()) {
    if (!element.IsNull()) TRY_VOID(CheckValue(element, *shape.element, true, depth + 1));
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
    if (!member.value.IsNull()) TRY_VOID(CheckValue(member.value, *shape.element, true, depth + 1));
  }
  return {};
}

Result<void> CheckStructure(const Json& value, const Shape& shape, bool is_element, std::size_t depth) {
  if (value.IsArray()) return WrongType("Unrecognized collection type class " + Qualified(shape.java_name));
  if (!value.IsObject()) return WrongType(is_element ? "Unexpected value type in payload" : "Unexpected field type");
  const FoundFields found(value, shape.fields);
  for (std::size_t i = 0; i < shape.fields.size(); ++i) {
    if (found[i]) TRY_VOID(CheckValue(*found[i], *shape.fields[i].shape, false, depth + 1));
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
  constexpr std::size_t kDepthLimit = 4 * kMaxNesting;
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
      return CheckStructure(value, kAttributeValueStructure, is_element, depth);
    case ShapeKind::kUnserved:
      return {};
    default:
      return CheckScalar(value, shape);
  }
}

constexpr std::string_view kBase64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

Result<void> CheckTypes(const Json& value, const Shape& shape) {
  return CheckValue(value, shape, false, 0);
}

bool CheckBase64(std::string_view text, std::string& problem) {
  if (text.size() % 4 != 0) {
    problem = "Base64 encoded length is expected a multiple of 4 bytes but found: " + std::to_string(text.size());
    return false;
  }
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  problem = "Invalid last non-pad Base64 character dectected";
  for (const char c : text.substr(0, text.size() - padding)) {
    if (Base64Digit(c) < 0) return false;
  }
  if (padding == 0) return true;
  // The bits that no byte takes must be zero.
  const int last = Base64Digit(text[text.size() - padding - 1]);
  return (last & (padding == 1 ? 3 : 15)) == 0;
}

std::string DecodeBase64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = (bits << 6) | static_cast<std::uint32_t>(Base64Digit(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count));
  }
  return bytes;
}

void AppendBase64(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) -> std::uint32_t {
      return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
    };
    const std::uint32_t bits = (byte(i) << 16) | (byte(i + 1) << 8) | byte(i + 2);
    for (std::size_t digit = 0; digit < 4; ++digit) {
      const bool used = i + digit <= bytes.size();
      out.push_back(used ? kBase64Alphabet[(bits >> (18 - 6 * digit)) & 63] : '=');
    }
  }
}

}  // namespace dynarock
