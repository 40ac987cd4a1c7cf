#include <gtest/gtest.h>

#include "engine/partiql/parser.h"
#include "engine/partiql/planner.h"
#include "engine/tables/tables.h"

namespace dynarock::partiql {
namespace {

// A table with keys p and s, and a global index of g and h that projects its keys only.
class ReadPlanTest : public testing::Test {
 protected:
  ReadPlanTest() : database_(std::move(*Database::Open({.in_memory = true}, {}, std::make_shared<SystemClock>()))) {
    CreateTableRequest request;
    request.table_name = "t00";
    request.attribute_definitions = {
        {"g", Type::kString}, {"h", Type::kNumber}, {"p", Type::kString}, {"s", Type::kNumber}};
    request.key_schema = {{"p", true}, {"s", false}};
    IndexRequest index;
    index.name = "i00";
    index.key_schema = {{"g", true}, {"h", false}};
    index.projection.type = ProjectionType::kKeysOnly;
    request.global_secondary_indexes = {index};
    request.billing_mode = BillingMode::kPayPerRequest;
    EXPECT_TRUE(CreateTable(*database_, request));
    table_.table = *database_->catalog().Find("t00");
    index_ = {table_.table, &table_.table->definition().indexes.at(0)};
  }

  // "row", "scan", or the number of ranges and their direction: "2 down"; or the error.
  static std::string Plan(const ReadTarget& target, const std::string& rest,
                          OtherKeyType other_type = OtherKeyType::kIsError) {
    const auto statement = ParseStatement("SELECT * FROM t " + rest, {});
    if (!statement) return statement.error().message;
    const auto plan = PlanRead(target, *statement, other_type);
    if (!plan) return plan.error().message;
    if (plan->row_key) return "row";
    if (plan->ranges.size() == 1 && plan->ranges[0].begin == target.RowPrefix()) return "scan";
    for (const KeyRange& range : plan->ranges) EXPECT_LE(range.begin, range.end) << rest;
    return std::to_string(plan->ranges.size()) + (plan->forward ? " up" : " down");
  }

  const std::unique_ptr<Database> database_;
  ReadTarget table_, index_;
};

TEST_F(ReadPlanTest, OneItemRangesOrAScan) {
  const std::pair<const char*, const char*> plans[] = {
      {"", "scan"},
      {"WHERE a = 1", "scan"},
      {"WHERE s = 1", "scan"},
      {"WHERE p > 'x'", "scan"},
      {"WHERE p = 'x' OR a = 1", "scan"},
      {"WHERE p = 'x' AND p = 'y'", "scan"},
      {"WHERE NOT p = 'x'", "scan"},
      {"WHERE p.q = 'x'", "scan"},
      {"WHERE p = 'x'", "1 up"},
      {"WHERE p = 'x' AND a = 1", "1 up"},
      {"WHERE p = 'x' AND s > 1", "1 up"},
      {"WHERE p = 'x' AND s BETWEEN 1 AND 5 AND s > 2", "1 up"},
      {"WHERE p = 'x' AND s = 1", "row"},
      {"WHERE s = 1 AND 'x' = p AND a = 2", "row"},
      {"WHERE p IN ['x'] AND s IN [1]", "row"},
      {"WHERE p = 'x' AND s = 1 AND s = 2", "1 up"},
      {"WHERE p IN ['x', 'y']", "2 up"},
      {"WHERE p IN ['x', 'y'] AND s IN [1, 2]", "4 up"},
      {"WHERE p = 'x' OR p = 'y' AND a = 1", "2 up"},
      {"WHERE p = 'x' AND (s < 1 OR s > 2)", "2 up"},
      {"WHERE p = 'x' AND (s < 1 OR a = 2)",
       "Overlapping conditions with range keys are not supported in where clause"},
  };
  for (const auto& [where, plan] : plans) EXPECT_EQ(Plan(table_, where), plan) << where;
}

TEST_F(ReadPlanTest, OrderNeedsAKey) {
  const std::pair<const char*, const char*> plans[] = {
      {"ORDER BY s", "Must have WHERE clause in the statement when using ORDER BY clause."},
      {"WHERE a = 1 ORDER BY s", "Must have at least one non-optional hash key condition in WHERE clause"},
      {"WHERE p = 'x' ORDER BY a", "Attribute a in ORDER BY clause must be part of the primary key"},
      {"WHERE p = 'x' ORDER BY s", "1 up"},
      {"WHERE p = 'x' ORDER BY s DESC", "1 down"},
      {"WHERE p = 'x' ORDER BY p", "1 down"},
      {"WHERE p IN ['x', 'y'] ORDER BY p, s", "2 up"},
      {"WHERE p IN ['x', 'y'] ORDER BY s", "Must have hash key in ORDER BY clause when more than one hash key"},
  };
  for (const auto& [rest, plan] : plans)
    EXPECT_TRUE(Plan(table_, rest).starts_with(plan)) << rest << Plan(table_, rest);
}

TEST_F(ReadPlanTest, KeysOfAnotherType) {
  const char* const where = "WHERE p = 7";
  EXPECT_EQ(Plan(table_, where), "Key attribute's data type should match its data type in table's schema: Key p");
  EXPECT_EQ(Plan(table_, where, OtherKeyType::kIsNoKey), "scan");
  EXPECT_EQ(Plan(table_, "WHERE p = 'x' AND s = 'y'").substr(0, 15), "Key attribute's");
}

TEST_F(ReadPlanTest, ReadsAreLimited) {
  const auto list = [](int count) {
    std::string text = "'0'";
    for (int i = 1; i < count; ++i) text += ",'" + std::to_string(i) + "'";
    return "WHERE p IN [" + text + "]";
  };
  EXPECT_EQ(Plan(table_, list(50)), "50 up");
  EXPECT_EQ(Plan(table_, list(51)), "Too many decomposed read operations for a given query.");
  std::string product = list(50);
  for (int i = 0; i < 20; ++i) product += " AND s IN [1,2,3,4,5,6,7,8,9,10]";
  EXPECT_EQ(Plan(table_, product), "Too many decomposed read operations for a given query.");
}

TEST_F(ReadPlanTest, IndexesHaveTheirOwnKeys) {
  EXPECT_EQ(Plan(index_, "WHERE p = 'x' AND s = 1"), "scan");
  EXPECT_EQ(Plan(index_, "WHERE g = 'x' AND h = 1"), "1 up");
  EXPECT_EQ(Plan(index_, "WHERE g = 'x' AND p = 'y' AND s = 1"), "1 up");
  EXPECT_EQ(Plan(index_, "WHERE g = 'x' AND a = 1 AND b = 2"),
            "One or more parameter values were invalid: Secondary index i00 does not project one or more filter "
            "attributes: [a, b]");
  EXPECT_EQ(Plan(index_, "WHERE a = 1"), "scan");
}

}  // namespace
}  // namespace dynarock::partiql
