#include "engine/tables/transient_status.h"

#include <gtest/gtest.h>

#include <thread>

#include "engine/item/test_items.h"
#include "engine/reads/get_item.h"
#include "engine/tables/tables.h"
#include "engine/tables/tags.h"

namespace dynarock {
namespace {

using namespace std::chrono_literals;

// Time stands still until a test moves it.
class TransientStatusTest : public testing::Test {
 protected:
  TransientStatusTest()
      : clock_(std::make_shared<ShiftedClock>(std::make_shared<ManualClock>(EpochMillis{1'800'000'000'000}))),
        database_(std::move(*Database::Open({.in_memory = true}, {}, clock_))) {
    database_->timing().transient_statuses = 1000ms;
  }

  Result<TableDescription> Create() {
    CreateTableRequest request;
    request.table_name = "table";
    request.attribute_definitions = {{"pk", Type::kString}};
    request.key_schema = {{"pk", true}};
    request.billing_mode = BillingMode::kPayPerRequest;
    return CreateTable(*database_, request);
  }

  Result<TableDescription> Protect(bool on) {
    UpdateTableRequest request;
    request.table_name = "table";
    request.deletion_protection = on;
    return UpdateTable(*database_, request);
  }

  Result<TableDescription> ChangeClass() {
    UpdateTableRequest request;
    request.table_name = "table";
    request.table_class = "STANDARD_INFREQUENT_ACCESS";
    return UpdateTable(*database_, request);
  }

  Result<Done> Tag() {
    const std::string arn = TableArn(database_->identity(), "table");
    TagResourceRequest request;
    request.resource_arn = arn;
    request.tags = std::vector<TagRequest>{{"k", "v"}};
    return TagResource(*database_, request);
  }

  ErrorCode DataError() {
    GetItemRequest request;
    request.table_name = "table";
    request.key.bytes = ItemOf({{"pk", TextValue("a")}});
    const auto got = GetItem(*database_, request);
    return got ? ErrorCode::kCount : got.error().code;
  }

  std::optional<TableStatus> Status() {
    const auto described = DescribeTable(*database_, "table");
    if (!described) return std::nullopt;
    return described->status;
  }

  // Moves the clock, and waits until the status is over.
  void PassFrom(TableStatus status) {
    clock_->Advance(1000ms);
    for (int i = 0; i < 6000 && Status() == status; ++i) std::this_thread::sleep_for(10ms);
  }

  std::shared_ptr<ShiftedClock> clock_;
  std::unique_ptr<Database> database_;
};

TEST_F(TransientStatusTest, LifeOfATable) {
  EXPECT_EQ(Create()->status, TableStatus::kCreating);
  clock_->Advance(999ms);
  EXPECT_EQ(Status(), TableStatus::kCreating);
  EXPECT_EQ(DataError(), ErrorCode::kResourceNotFound);
  const std::string in_use = "Attempt to change a resource which is still in use: Table is being ";
  EXPECT_EQ(DeleteTable(*database_, "table").error().message, in_use + "created: table");
  EXPECT_EQ(Protect(true).error().message, in_use + "created: table");
  EXPECT_EQ(Tag().error().message, in_use + "created: table");
  EXPECT_EQ(Create().error().message, "Table already exists: table");
  PassFrom(TableStatus::kCreating);
  EXPECT_EQ(Status(), TableStatus::kActive);
  EXPECT_EQ(DataError(), ErrorCode::kCount);
  ASSERT_TRUE(Tag());
  // What AWS does without a status is done at once.
  ASSERT_TRUE(Protect(false));
  EXPECT_EQ(Status(), TableStatus::kActive);
  ASSERT_TRUE(ChangeClass());
  EXPECT_EQ(Status(), TableStatus::kUpdating);
  EXPECT_EQ(DataError(), ErrorCode::kCount);
  EXPECT_TRUE(Tag());
  EXPECT_EQ(ChangeClass().error().message, in_use + "updated: table");
  EXPECT_EQ(DeleteTable(*database_, "table").error().message, in_use + "updated: table");
  PassFrom(TableStatus::kUpdating);
  EXPECT_EQ(DeleteTable(*database_, "table")->status, TableStatus::kDeleting);
  EXPECT_EQ(Status(), TableStatus::kDeleting);
  EXPECT_EQ(DataError(), ErrorCode::kResourceNotFound);
  EXPECT_EQ(Create().error().message, in_use + "deleted: table");
  EXPECT_EQ(DeleteTable(*database_, "table").error().message, in_use + "deleted: table");
  PassFrom(TableStatus::kDeleting);
  EXPECT_EQ(Status(), std::nullopt);
}

TEST_F(TransientStatusTest, IsPartOfTheRecord) {
  ASSERT_TRUE(Create());
  const TableDefinition definition = (*database_->catalog().FindAny("table"))->definition();
  const auto read = DecodeTable(EncodeTable(definition));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->status, TableStatus::kCreating);
  EXPECT_EQ(read->settles.value, clock_->Now().value + 1000);
}

}  // namespace
}  // namespace dynarock
