#include "engine/partiql/conditions.h"

#include <gtest/gtest.h>

#include "engine/item/test_items.h"
#include "engine/partiql/tree_text.h"

namespace dynarock::partiql {
namespace {

// The tree of a WHERE clause that is read to its end, or the error.
std::string Where(std::string_view text) {
  const std::vector<EncodedValue> parameters = {{ListValue({NumberValue(1), TextValue("x")}), {}}};
  auto cursor = Cursor::Open(text, parameters);
  if (!cursor) return cursor.error().message;
  const Result<Condition> condition = ParseWhere(*cursor);
  if (!condition) return condition.error().message;
  if (cursor->Peek().kind != TokenKind::kEnd) return "rest: " + std::string(cursor->Peek().text);
  if (const Result<void> checked = CheckWhere(*condition); !checked) return checked.error().message;
  return TreeText(*condition);
}

TEST(PartiqlConditions, BindAsTheGrammarSays) {
  const std::pair<const char*, const char*> trees[] = {
      {"a = 1", "(a = 1)"},
      {"a != 'x'", "(a <> 'x')"},
      {"1 < a.b[2]", "(1 < a.b[2])"},
      {"a = 1 and b = 2 or c = 3 and d = 4", "(((a = 1) and (b = 2)) or ((c = 3) and (d = 4)))"},
      {"a = 1 and (b = 2 and c = 3)", "((a = 1) and (b = 2) and (c = 3))"},
      {"a = 1 and (b = 2 or c = 3)", "((a = 1) and ((b = 2) or (c = 3)))"},
      {"not a = 1 and b = 2", "(not (a = 1) and (b = 2))"},
      {"not not (a = 1)", "not not (a = 1)"},
      {"a < 1 = b > 2", "((a < 1) = (b > 2))"},
      {"a between 1 and 2 and b = 3", "((a between 1 and 2) and (b = 3))"},
      {"a not between 1 and 2", "not (a between 1 and 2)"},
      {"a in [1, 'x']", "(a in 1, 'x')"},
      {"a in (b)", "(a in b)"},
      {"a not in ?", "not (a in 1, 'x')"},
      {"SIZE(a) >= 3", "(size(a) >= 3)"},
      {"begins_with(a, 'x')", "begins_with(a, 'x')"},
      {"Contains(a, 'x') = true", "(contains(a, 'x') = true)"},
      {"a is missing", "attribute_not_exists(a)"},
      {"a is not Missing", "not attribute_not_exists(a)"},
      {"a is null", "attribute_type(a, 'NULL')"},
      {"a is tuple", "attribute_type(a, 'M')"},
  };
  for (const auto& [text, tree] : trees) EXPECT_EQ(Where(text), tree) << text;
}

TEST(PartiqlConditions, RefuseOtherTexts) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "Unexpected term"},
      {"a", "Unsupported operand in Condition Expression"},
      {"size(a)", "Unsupported operand in Condition Expression"},
      {"a =", "Missing right-hand side expression of infix operator"},
      {"a = 1 and", "Missing right-hand side expression of infix operator"},
      {"a = and b", "Unexpected operator"},
      {"a between 1", "Expected AND keyword"},
      {"a in", "Expected LEFT_PAREN"},
      {"a in [1", "Expected RIGHT_BRACKET"},
      {"a in (1", "Expected RIGHT_PAREN"},
      {"(a = 1", "Expected RIGHT_PAREN"},
      {"a = 1)", "rest: )"},
      {"a is", "Expected type name"},
      {"a is int4", "Unsupported data type for IS operator: int4"},
      {"a is double precision", "Unsupported data type for IS operator: double precision"},
      {"nothing(a)", "Unrecognized function: nothing at 1:1:7"},
      {"list_append(a, [1]) = [1]", "Unrecognized function: list_append at 1:1:11"},
      {"begins_with(a, 'x'", "Expected RIGHT_PAREN"},
      {"begins_with(a)", "Incorrect number of operands"},
      {"begins_with(a, 1)", "Incorrect operand type"},
      {"a = ? and b = ?", "Number of parameters in request and statement don't match."},
  };
  for (const auto& [text, message] : wrong) {
    EXPECT_NE(Where(text).find(message), std::string::npos) << text << ": " << Where(text);
  }
}

TEST(PartiqlConditions, HaveLimits) {
  const auto repeat = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  EXPECT_EQ(Where("a in [" + repeat("1,", 99) + "1]").substr(0, 6), "(a in ");
  EXPECT_NE(Where("a in [" + repeat("1,", 100) + "1]").find("number of operands: 101"), std::string::npos);
  for (const std::string& text :
       {repeat("(", 10'000), repeat("not ", 10'000) + "a = 1", "a = 1" + repeat(" = a", 10'000),
        repeat("a in [", 10'000), repeat("size(", 10'000)}) {
    EXPECT_NE(Where(text).find("Nested too deeply"), std::string::npos) << text.substr(0, 20);
  }
}

}  // namespace
}  // namespace dynarock::partiql
