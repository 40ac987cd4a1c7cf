#include "engine/partiql/cursor.h"

#include <gtest/gtest.h>

#include "engine/item/test_items.h"
#include "engine/partiql/tree_text.h"

namespace dynarock::partiql {
namespace {

// The path that `text` begins with, then "|" and the token behind it; or the error.
std::string PathOf(std::string_view text) {
  auto cursor = Cursor::Open(text, {});
  if (!cursor) return cursor.error().message;
  const Result<Path> path = cursor->TakePath("no name");
  return path ? PathTreeText(*path) + "|" + std::string(cursor->Peek().text) : path.error().message;
}

TEST(PartiqlCursor, TakesPaths) {
  EXPECT_EQ(PathOf("a"), "a|");
  EXPECT_EQ(PathOf("a.b[3].c = 1"), "a.b[3].c|=");
  EXPECT_EQ(PathOf("\"a.b\".\"c d\"[0]"), "a.b.c d[0]|");
  EXPECT_EQ(PathOf("a[+ - - 7]"), "a[7]|");
  EXPECT_EQ(PathOf("a[-0]"), "a[0]|");
  EXPECT_EQ(PathOf("a[2147483647]"), "a[2147483647]|");
}

TEST(PartiqlCursor, RefusesOtherPaths) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "no name"},
      {"7", "no name"},
      {"select", "no name"},
      {"a.", "Invalid path dot component"},
      {"a.select", "Invalid path dot component"},
      {"a[b]", "Unexpected path component at 1:3:1"},
      {"a['b']", "Unexpected path component at 1:3:3"},
      {"a[]", "Unexpected path component"},
      {"a[-1]", "List index is not within the allowable range; index: [-1] at 1:4:1"},
      {"a[1.5]", "index: [1.5]"},
      {"a[2147483648]", "index: [2147483648]"},
      {"a[99999999999999999999999]", "index: [99999999999999999999999]"},
      {"a[1", "Expected RIGHT_BRACKET"},
      {"a[1 2]", "Expected RIGHT_BRACKET"},
  };
  for (const auto& [text, message] : wrong) {
    EXPECT_NE(PathOf(text).find(message), std::string::npos) << text << ": " << PathOf(text);
  }
}

TEST(PartiqlCursor, GivesParametersInTheirOrder) {
  const std::vector<EncodedValue> parameters = {{TextValue("x"), {}}, {NumberValue(7), {}}};
  auto cursor = Cursor::Open("? ? ?", parameters);
  ASSERT_TRUE(cursor);
  EXPECT_EQ(ValueTreeText(*cursor->TakeParameter()), "'x'");
  EXPECT_EQ(ValueTreeText(*cursor->TakeParameter()), "7");
  const auto missing = cursor->TakeParameter();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "Number of parameters in request and statement don't match.");
}

TEST(PartiqlCursor, StaysAtTheEnd) {
  auto cursor = Cursor::Open("a", {});
  ASSERT_TRUE(cursor);
  cursor->Take();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(cursor->Take().kind, TokenKind::kEnd);
  EXPECT_EQ(cursor->Peek(100).kind, TokenKind::kEnd);
  EXPECT_FALSE(cursor->CheckHasRightSide());
}

TEST(PartiqlCursor, TakesOnlyWhatIsNext) {
  auto cursor = Cursor::Open("SeLeCt reTurning size(", {});
  ASSERT_TRUE(cursor);
  EXPECT_FALSE(cursor->TakeKeyword("from"));
  EXPECT_FALSE(cursor->TakeSymbol("("));
  EXPECT_FALSE(cursor->StartsCall());
  EXPECT_TRUE(cursor->TakeKeyword("select"));
  EXPECT_EQ(cursor->ExpectKeyword("from").error().message,
            "Statement wasn't well formed, can't be processed: Expected FROM keyword");
  EXPECT_TRUE(cursor->TakeWord("returning"));
  EXPECT_TRUE(cursor->StartsCall());
  EXPECT_EQ(cursor->Expect("(", "LEFT_PAREN").error().message,
            "Statement wasn't well formed, can't be processed: Expected LEFT_PAREN");
}

TEST(PartiqlCursor, NamesWhatIsUnexpected) {
  const std::pair<const char*, const char*> kinds[] = {{"and", "Unexpected operator"}, {"select", "Unexpected keyword"},
                                                       {"=", "Unexpected operator"},   {"<=", "Unexpected term"},
                                                       {"a", "Unexpected term"},       {"(", "Unexpected term"}};
  for (const auto& [text, kind] : kinds) {
    auto cursor = Cursor::Open(text, {});
    ASSERT_TRUE(cursor) << text;
    EXPECT_EQ(UnexpectedAt(cursor->Peek()), kind) << text;
  }
}

}  // namespace
}  // namespace dynarock::partiql
