#include "engine/partiql/literals.h"

#include <gtest/gtest.h>

#include "engine/item/test_items.h"

namespace dynarock::partiql {
namespace {

// The bytes of the literal, or its error.
Result<std::string> Literal(std::string_view text) {
  TRY(Cursor cursor, Cursor::Open(text, {}));
  return ParseLiteral(cursor);
}

std::string Set(Type type, const std::vector<std::string>& members) {
  std::vector<std::string_view> elements(members.begin(), members.end());
  std::string value;
  AppendSet(value, type, elements);
  return value;
}

std::string Null() {
  std::string value;
  AppendNull(value);
  return value;
}

std::string Bool(bool flag) {
  std::string value;
  AppendBool(value, flag);
  return value;
}

TEST(PartiqlLiterals, AreTheBytesOfTheirValues) {
  const std::pair<const char*, std::string> literals[] = {
      {"''", TextValue("")},
      {"'it''s'", TextValue("it's")},
      {"0", NumberValue(0)},
      {"-2.50e3", NumberValue(-2500)},
      {"- + -7", NumberValue(7)},
      {".5", NumberValue("0.5")},
      {"null", Null()},
      {"TRUE", Bool(true)},
      {"false", Bool(false)},
      {"[]", ListValue({})},
      {"[1, ['x'], {}]", ListValue({NumberValue(1), ListValue({TextValue("x")}), MapValue({})})},
      {"{'b': 1, 'a': null}", MapValue({{"a", Null()}, {"b", NumberValue(1)}})},
      {"{'a': 1, 'a': 2}", MapValue({{"a", NumberValue(2)}})},
      {"<<'b', 'a'>>", Set(Type::kStringSet, {"a", "b"})},
      {"<<2, -1>>", Set(Type::kNumberSet, {*ParseNumber("-1"), *ParseNumber("2")})},
  };
  for (const auto& [text, bytes] : literals) {
    const auto value = Literal(text);
    ASSERT_TRUE(value) << text << ": " << value.error().message;
    EXPECT_EQ(*value, bytes) << text;
  }
}

TEST(PartiqlLiterals, RefuseOtherTexts) {
  const std::pair<std::string, const char*> wrong[] = {
      {"", "Unexpected term"},
      {"=", "Unexpected operator"},
      {"select", "Unexpected keyword"},
      {"a", "Unsupported data type: VariableReference under key root at 1:1:1"},
      {"?", "Unsupported data type: Parameter under key root"},
      {"missing", "Unsupported data type: MISSING under key root"},
      {"f(1)", "Unsupported data type: f under key root"},
      {"[1, a]", "under key root[1] at 1:5:1"},
      {"{'m': {'n': a}}", "under key root.m.n"},
      {"-'x'", "Unsupported operator in Condition Expression. Operator: -"},
      {"1e999", " under root"},
      {"[1 2]", "Expected RIGHT_BRACKET"},
      {"[1,", "Unexpected term"},
      {"{'a' 1}", "Expected COLON"},
      {"{a: 1}", "Unexpected term"},
      {"{'a': 1", "Expected RIGHT_CURLY"},
      {"<<>>", "Empty bags are not supported"},
      {"<<true>>", "only supports either numbers or strings in bags"},
      {"<<'a', 1>>", "only supports either numbers or strings in bags"},
      {"<<1, 'a'>>", "only supports either numbers or strings in bags"},
      {"<<'a', 'a'>>", "Input collection [a, a] contains duplicates."},
      {"<<1, 1.0>>", "Input collection [1, 1.0] contains duplicates! under root"},
      {"<<1", "Expected RIGHT_DOUBLE_ANGLE_BRACKET"},
      {std::string(33, '[') + std::string(33, ']'), "Nesting Levels have exceeded supported limits under root[0]"},
  };
  for (const auto& [text, message] : wrong) {
    const auto value = Literal(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, ErrorCode::kValidation) << text;
    EXPECT_NE(value.error().message.find(message), std::string::npos) << text << ": " << value.error().message;
  }
}

TEST(PartiqlLiterals, StartWhereTheyStart) {
  const auto starts = [](std::string_view text) { return StartsLiteral(*Cursor::Open(text, {})); };
  for (const char* text : {"'x'", "1", "-", "+", "[", "{", "<<", "null", "true", "False"}) EXPECT_TRUE(starts(text));
  for (const char* text : {"", "a", "\"a\"", "?", "(", "<", "missing", "select"}) EXPECT_FALSE(starts(text)) << text;
}

TEST(PartiqlLiterals, ItemsTakeParameters) {
  const std::vector<EncodedValue> parameters = {{TextValue("x"), {}}};
  auto cursor = Cursor::Open("{'b': ?, 'a': 1}", parameters);
  ASSERT_TRUE(cursor);
  const auto item = ParseItem(*cursor);
  ASSERT_TRUE(item) << item.error().message;
  EXPECT_EQ(*item, ItemOf({{"a", NumberValue(1)}, {"b", TextValue("x")}}));
  for (const char* text : {"{'a': [?]}", "{'a': ?, 'b': ?}", "{}x", "[]", "'x'"}) {
    auto other = Cursor::Open(text, parameters);
    ASSERT_TRUE(other);
    const bool is_whole = ParseItem(*other) && other->Peek().kind == TokenKind::kEnd;
    EXPECT_FALSE(is_whole) << text;
  }
}

}  // namespace
}  // namespace dynarock::partiql
