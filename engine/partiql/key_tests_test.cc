#include "engine/partiql/key_tests.h"

#include <gtest/gtest.h>

#include "engine/partiql/parser.h"
#include "engine/partiql/tree_text.h"

namespace dynarock::partiql {
namespace {

// The clause that a WHERE of one test is: "a < 1"; "" if it is none.
std::string ClauseOf(const std::string& where, std::size_t choice = 0) {
  const auto statement = ParseStatement("SELECT * FROM t WHERE " + where, {});
  if (!statement) return statement.error().message;
  const auto clause = KeyTestOf(*statement->where, choice);
  if (!clause) return "";
  constexpr const char* kOperators[] = {"=", "<", "<=", ">", ">=", "between", "begins_with"};
  return clause->attribute + " " + kOperators[static_cast<std::size_t>(clause->op)] + " " +
         ValueTreeText(clause->value) + (clause->op == KeyOperator::kBetween ? " " + ValueTreeText(clause->upper) : "");
}

TEST(PartiqlKeyTests, TestsOfOneAttributeAreClauses) {
  const std::pair<const char*, const char*> clauses[] = {
      {"a = 1", "a = 1"},
      {"1 = a", "a = 1"},
      {"a < 1", "a < 1"},
      {"1 < a", "a > 1"},
      {"a <= 'x'", "a <= 'x'"},
      {"'x' <= a", "a >= 'x'"},
      {"a > 1", "a > 1"},
      {"1 > a", "a < 1"},
      {"a >= 1", "a >= 1"},
      {"1 >= a", "a <= 1"},
      {"a between 1 and 2", "a between 1 2"},
      {"begins_with(a, 'x')", "a begins_with 'x'"},
      {"\"a.b\" = 1", "a.b = 1"},
  };
  for (const auto& [where, clause] : clauses) EXPECT_EQ(ClauseOf(where), clause) << where;
  EXPECT_EQ(ClauseOf("a in ['x', 'y']"), "a = 'x'");
  EXPECT_EQ(ClauseOf("a in ['x', 'y']", 1), "a = 'y'");
}

TEST(PartiqlKeyTests, OthersAreNone) {
  for (const char* where :
       {"a <> 1", "a = b", "a.b = 1", "a[0] = 1", "size(a) = 1", "a is missing", "contains(a, 'x')", "not a = 1",
        "a = 1 and b = 2", "a = 1 or b = 2", "a between b and 2", "a between 1 and b", "1 between a and 2", "a in [b]",
        "1 in [a]", "begins_with(a, b)", "begins_with(a.b, 'x')"}) {
    EXPECT_EQ(ClauseOf(where), "") << where;
  }
}

}  // namespace
}  // namespace dynarock::partiql
