#include "protocol/type_check.h"

#include <algorithm>
#include <array>

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

constexpr std::array<std::int8_t, 256> kBase64Digits = [] {
  std::array<std::int8_t, 256> digits{};
  digits.fill(-1);
  for (std::size_t i = 0; i < kBase64Alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kBase64Alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return digits;
}();

int Base64Digit(char c) {
  return kBase64Digits[static_cast<unsigned char>(c)];
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
  const std::string_view digits = text.substr(0, text.size() - padding);
  bool is_valid = std::all_of(digits.begin(), digits.end(), [](char c) { return Base64Digit(c) >= 0; });
  // The bits that no byte takes must be zero.
  if (is_valid && padding > 0) is_valid = (Base64Digit(digits.back()) & (padding == 1 ? 3 : 15)) == 0;
  if (!is_valid) problem = "Invalid last non-pad Base64 character dectected";
  return is_valid;
}

std::string DecodeBase64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
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

char* WriteBase64(char* out, std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return std::uint32_t{static_cast<unsigned char>(bytes[at])}; };
  const auto digits = [&](std::uint32_t bits, std::size_t count) {
    for (std::size_t digit = 0; digit < 4; ++digit) {
      *out++ = digit < count ? kBase64Alphabet[(bits >> (18 - 6 * digit)) & 63] : '=';
    }
  };
  for (; bytes.size() >= 3; bytes.remove_prefix(3)) digits(byte(0) << 16 | byte(1) << 8 | byte(2), 4);
  if (bytes.size() == 2) digits(byte(0) << 16 | byte(1) << 8, 3);
  if (bytes.size() == 1) digits(byte(0) << 16, 2);
  return out;
}

void AppendBase64(std::string& out, std::string_view bytes) {
  const std::size_t begin = out.size();
  out.resize(begin + Base64Size(bytes.size()));
  WriteBase64(out.data() + begin, bytes);
}

}  // namespace dynarock
