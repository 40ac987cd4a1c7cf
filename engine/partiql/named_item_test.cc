#include <gtest/gtest.h>

#include "engine/partiql/parser.h"
#include "engine/partiql/planner.h"
#include "engine/partiql/tree_text.h"
#include "engine/tables/tables.h"

namespace dynarock::partiql {
namespace {

// A table with keys p and s.
class NamedItemTest : public testing::Test {
 protected:
  NamedItemTest() : database_(std::move(*Database::Open({.in_memory = true}, {}, std::make_shared<SystemClock>()))) {
    CreateTableRequest request;
    request.table_name = "t00";
    request.attribute_definitions = {{"p", Type::kString}, {"s", Type::kNumber}};
    request.key_schema = {{"p", true}, {"s", false}};
    request.billing_mode = BillingMode::kPayPerRequest;
    EXPECT_TRUE(CreateTable(*database_, request));
    table_ = *database_->catalog().Find("t00");
  }

  static std::string KeyText(ItemView item) {
    std::string text;
    for (const char* name : {"p", "s"}) {
      if (const auto value = item.Find(name)) AppendListed(text, name + ("=" + ValueTreeText(*value)));
    }
    return text;
  }

  // "p='x', s=1 if (a = 2)": the key, and the rest of the clause; "..." if the key is not whole, "!p" if p contradicts
  // itself.
  std::string Named(const std::string& where, SingleIn single_in = SingleIn::kIsEquality) const {
    auto statement = ParseStatement("SELECT * FROM t WHERE " + where, {});
    if (!statement) return statement.error().message;
    const NamedItem named = NameItem(*table_, std::move(statement->where), single_in);
    return KeyText(ItemView(named.key)) + (named.is_complete ? "" : "...") +
           (named.contradicted ? " !" + *named.contradicted : "") + (named.rest ? " if " + TreeText(*named.rest) : "");
  }

  // The action's key and condition, or the error.
  std::string Planned(const std::string& text) const {
    auto statement = ParseStatement(text, {});
    if (!statement) return statement.error().message;
    const auto action = PlanWrite(table_, *statement);
    if (!action) return action.error().message;
    const std::string kinds[] = {"check", "put", "delete", "update"};
    const TransactAction order[] = {TransactAction::kConditionCheck, TransactAction::kPut, TransactAction::kDelete,
                                    TransactAction::kUpdate};
    const auto kind = std::find(std::begin(order), std::end(order), action->kind) - std::begin(order);
    return kinds[kind] + " " + KeyText(action->item) +
           (action->condition() ? " if " + TreeText(action->condition()->tree()) : "");
  }

  const std::unique_ptr<Database> database_;
  TablePtr table_;
};

TEST_F(NamedItemTest, EqualitiesOfTheKeyAreTakenOut) {
  const std::pair<const char*, const char*> clauses[] = {
      {"p = 'x' AND s = 1", "p='x', s=1"},
      {"s = 1 AND a = 2 AND 'x' = p", "p='x', s=1 if (a = 2)"},
      {"p = 'x' AND s = 1 AND a = 2 AND b = 3", "p='x', s=1 if ((a = 2) and (b = 3))"},
      {"p = 'x'", "p='x'..."},
      {"p = 'x' AND s > 1", "p='x'... if (s > 1)"},
      {"a = 2", "... if (a = 2)"},
      {"p = 'x' OR s = 1", "... if ((p = 'x') or (s = 1))"},
      {"NOT p = 'x' AND s = 1", "s=1... if not (p = 'x')"},
      {"p = 'x' AND p = 'x' AND s = 1", "p='x', s=1"},
      {"p = 'x' AND p = 'y' AND s = 1", "p='x', s=1 !p if (p = 'y')"},
  };
  for (const auto& [where, named] : clauses) EXPECT_EQ(Named(where), named) << where;
}

TEST_F(NamedItemTest, AnInOfOneValueIsAnEqualityForReads) {
  EXPECT_EQ(Named("p IN ['x'] AND s = 1"), "p='x', s=1");
  EXPECT_EQ(Named("p IN ['x'] AND s = 1", SingleIn::kIsRest), "s=1... if (p in 'x')");
  EXPECT_EQ(Named("p IN ['x', 'y'] AND s = 1"), "s=1... if (p in 'x', 'y')");
}

TEST_F(NamedItemTest, WritesHaveConditions) {
  const std::string key = "WHERE p = 'x' AND s = 1";
  const std::pair<std::string, std::string> writes[] = {
      {"INSERT INTO t VALUE {'p': 'x', 's': 1, 'a': 2}", "put p='x', s=1 if attribute_not_exists(p)"},
      {"UPDATE t SET a = 2 " + key, "update p='x', s=1 if attribute_exists(p)"},
      {"UPDATE t SET a = 2 " + key + " AND a = 1", "update p='x', s=1 if (attribute_exists(p) and (a = 1))"},
      {"DELETE FROM t " + key, "delete p='x', s=1"},
      {"DELETE FROM t " + key + " AND a = 1", "delete p='x', s=1 if (attribute_not_exists(p) or (a = 1))"},
      {"EXISTS(SELECT * FROM t " + key + " AND a = 1)", "check p='x', s=1 if (a = 1)"},
  };
  for (const auto& [text, planned] : writes) EXPECT_EQ(Planned(text), planned) << text;
}

TEST_F(NamedItemTest, WritesNameOneItem) {
  constexpr const char* kNotWhole = "Where clause does not contain a mandatory equality on all key attributes";
  constexpr const char* kNoCondition = "EXISTS() must contain a single item read with additional condition";
  const std::pair<const char*, const char*> writes[] = {
      {"UPDATE t SET a = 2 WHERE p = 'x'", kNotWhole},
      {"UPDATE t SET a = 2 WHERE p = 'x' AND s IN [1]", kNotWhole},
      {"DELETE FROM t WHERE p = 'x' AND s > 1", kNotWhole},
      {"DELETE FROM t WHERE p = 'x' AND p = 'y' AND s = 1",
       "Multiple conditions on same key p. Only single item Update/Insert/Delete are supported"},
      {"EXISTS(SELECT * FROM t WHERE p = 'x' AND s = 1)", kNoCondition},
      {"EXISTS(SELECT * FROM t WHERE p = 'x' AND a = 1)", kNoCondition},
  };
  for (const auto& [text, error] : writes) EXPECT_EQ(Planned(text), error) << text;
}

TEST_F(NamedItemTest, AnInsertedItemHasALimit) {
  const auto insert = [](std::size_t size) {
    return "INSERT INTO t VALUE {'p': 'x', 's': 1, 'a': '" + std::string(size, 'a') + "'}";
  };
  EXPECT_TRUE(Planned(insert(409'000)).starts_with("put ")) << Planned(insert(409'000));
  EXPECT_EQ(Planned(insert(410'000)), "Item size has exceeded the maximum allowed size");
}

}  // namespace
}  // namespace dynarock::partiql
