#include "engine/partiql/next_token.h"

#include <gtest/gtest.h>

#include "engine/item/test_items.h"
#include "engine/tables/tables.h"

namespace dynarock::partiql {
namespace {

class NextTokenTest : public testing::Test {
 protected:
  NextTokenTest() : database_(std::move(*Database::Open({.in_memory = true}, {}, std::make_shared<SystemClock>()))) {}

  ReadTarget Target(const std::string& name) {
    CreateTableRequest request;
    request.table_name = name;
    request.attribute_definitions = {{"p", Type::kString}};
    request.key_schema = {{"p", true}};
    request.billing_mode = BillingMode::kPayPerRequest;
    EXPECT_TRUE(CreateTable(*database_, request));
    return {*database_->catalog().Find(name), nullptr};
  }

  static std::string RowKeyOrError(const StatementRequest& request, const ReadTarget& target, std::string_view token) {
    const auto row_key = RowKeyOfToken(request, target, token);
    return row_key ? *row_key : row_key.error().message;
  }

  const std::unique_ptr<Database> database_;
  const std::string one_ = NumberValue(1), two_ = NumberValue(2);
  const ReadTarget target_ = Target("t00");
  const StatementRequest request_{.statement = "SELECT * FROM t00 WHERE a = ?", .parameters = {{one_, {}}}};
};

TEST_F(NextTokenTest, GivesTheRowBack) {
  const std::string row("\x10\0row", 5);
  EXPECT_EQ(RowKeyOrError(request_, target_, MakeNextToken(request_, target_, row)), row);
}

TEST_F(NextTokenTest, BelongsToItsRequest) {
  const std::string token = MakeNextToken(request_, target_, "row");
  constexpr const char* kOther = "NextToken does not match request";
  StatementRequest other = request_;
  other.statement = "SELECT * FROM t00 WHERE b = ?";
  EXPECT_EQ(RowKeyOrError(other, target_, token), kOther);
  other = request_;
  other.parameters = {{two_, {}}};
  EXPECT_EQ(RowKeyOrError(other, target_, token), kOther);
  other.parameters.clear();
  EXPECT_EQ(RowKeyOrError(other, target_, token), kOther);
  EXPECT_EQ(RowKeyOrError(request_, Target("t01"), token), kOther);
  other = request_;
  other.consistent_read = true;
  EXPECT_EQ(RowKeyOrError(other, target_, token), "row");
}

TEST_F(NextTokenTest, OtherTextsAreNone) {
  const std::string token = MakeNextToken(request_, target_, "r");
  for (std::size_t size = 0; size < token.size(); ++size) {
    EXPECT_EQ(RowKeyOrError(request_, target_, token.substr(0, size)), "Invalid NextToken") << size;
  }
  std::string other_version = token;
  ++other_version[0];
  EXPECT_EQ(RowKeyOrError(request_, target_, other_version), "Invalid NextToken");
}

}  // namespace
}  // namespace dynarock::partiql
