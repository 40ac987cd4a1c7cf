#include "engine/partiql/parser.h"

#include <gtest/gtest.h>

#include "engine/item/test_items.h"

namespace dynarock::partiql {
namespace {

const std::vector<EncodedValue>& Parameters() {
  static const std::vector<EncodedValue> parameters(3, {TextValue("given"), {}});
  return parameters;
}

constexpr std::string_view kStatements[] = {
    "SELECT a.b[1], \"c\"\"d\" FROM \"t\".\"i\" WHERE a = 'x''y' AND NOT b IN [1, -2.5e3, ?] OR size(c) >= 3 ORDER BY "
    "a DESC;",
    "SELECT * FROM t WHERE (a < b = true) AND c BETWEEN ? AND ? AND d IS NOT MISSING -- end",
    "INSERT INTO t VALUE {'a': [<<'x', 'y'>>, {'b': {}}, null], 'c': ?} /* end */",
    "UPDATE t SET a = a + 1, b = list_append(b, [true]) REMOVE c[2].d SET e = set_delete(e, <<1>>) WHERE k = ?",
    "DELETE FROM t WHERE k = ? AND begins_with(a, 'x') RETURNING ALL OLD *",
    "EXISTS(SELECT * FROM t WHERE k = ? AND a IS MISSING)",
};

TEST(PartiqlParser, ParsesWhole) {
  for (const std::string_view text : kStatements) {
    const auto statement = ParseStatement(text, Parameters());
    EXPECT_TRUE(statement.has_value()) << text << ": " << statement.error().message;
  }
}

// Each beginning of a statement is read from memory of just its length, which the sanitizer watches.
TEST(PartiqlParser, SurvivesTruncationAtEveryLength) {
  for (const std::string_view text : kStatements) {
    for (std::size_t length = 0; length < text.size(); ++length) {
      const std::vector<char> bytes(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length));
      const auto statement = ParseStatement({bytes.data(), bytes.size()}, Parameters());
      EXPECT_TRUE(statement.has_value() || !statement.error().message.empty());
    }
  }
}

TEST(PartiqlParser, SurvivesEveryByteInEveryPlace) {
  for (const std::string_view text : kStatements) {
    for (std::size_t place = 0; place < text.size(); ++place) {
      for (const char byte : {'\0', '\'', '"', '(', '[', '<', '-', '/', '?', '.', '\n', '\xff'}) {
        std::string changed(text);
        changed[place] = byte;
        const auto statement = ParseStatement(changed, Parameters());
        EXPECT_TRUE(statement.has_value() || !statement.error().message.empty());
      }
    }
  }
}

TEST(PartiqlParser, KeepsWhatItsTreesBorrowWhenItMoves) {
  auto parsed = ParseStatement("SELECT * FROM t WHERE a = 'x'", {});
  ASSERT_TRUE(parsed.has_value());
  std::vector<Statement> statements;
  statements.push_back(std::move(*parsed));
  for (int i = 0; i < 10; ++i) statements.emplace_back();
  EXPECT_EQ(statements[0].where->operands[1].value()->value.payload(), "x");
}

// A place is told in characters: two of the four before it take more than a byte.
TEST(PartiqlToken, PlacesCountCharacters) {
  const std::string_view text = "a\nöß foo";
  EXPECT_EQ(PlaceOf(text, text.substr(text.find("foo"))), " at 2:4:3");
  EXPECT_EQ(PlaceOf(text, text.substr(0, 1)), " at 1:1:1");
}

TEST(PartiqlToken, NumbersEndWhereTheirTextDoes) {
  const auto tokens = Tokenize("1.5e-3.25 .5 7e");
  EXPECT_FALSE(tokens.has_value());  // a letter behind a number
  const auto good = Tokenize("1.5e-3 .5 7.");
  ASSERT_TRUE(good.has_value());
  ASSERT_EQ(good->size(), 4u);
  EXPECT_EQ((*good)[0].text, "1.5e-3");
  EXPECT_EQ((*good)[1].text, ".5");
  EXPECT_EQ((*good)[2].text, "7.");
}

}  // namespace
}  // namespace dynarock::partiql
