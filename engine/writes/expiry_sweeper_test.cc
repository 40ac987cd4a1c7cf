#include "engine/writes/expiry_sweeper.h"

#include <gtest/gtest.h>

#include "engine/item/number.h"
#include "engine/item/test_items.h"
#include "engine/settings/time_to_live.h"
#include "engine/tables/tables.h"
#include "engine/writes/write_item.h"

namespace dynarock {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;  // seconds
constexpr std::string_view kTable = "expiring";

class ExpirySweepTest : public testing::Test {
 protected:
  ExpirySweepTest() {
    auto opened = Database::Open({.directory = "", .in_memory = true}, {},
                                 std::make_shared<ManualClock>(EpochMillis{kNow * 1000}));
    database_ = std::move(*opened);
    CreateTableRequest request;
    request.table_name = kTable;
    request.attribute_definitions = {{"id", Type::kNumber}};
    request.key_schema = {{"id", true}};
    request.billing_mode = BillingMode::kPayPerRequest;
    EXPECT_TRUE(CreateTable(*database_, request));
    EXPECT_TRUE(UpdateTimeToLive(*database_, {kTable, true, "until"}));
  }

  void Put(int id, std::int64_t until) {
    PutItemRequest request;
    request.table_name = kTable;
    request.item.bytes = ItemOf({{"id", NumberValue(id)}, {"until", NumberValue(until)}});
    ASSERT_TRUE(PutItem(*database_, request));
  }

  std::int64_t ItemCount() { return (*database_->catalog().Find(kTable))->counts({}).items; }

  std::unique_ptr<Database> database_;
};

// What was deleted leaves tombstones behind: as long as there is more, no sweep walks over them again.
TEST_F(ExpirySweepTest, GoesOnWhereItWasUntilNothingIsLeft) {
  constexpr int kExpired = 1000;
  for (int id = 0; id < kExpired; ++id) Put(id, kNow - kExpired + id);
  Put(kExpired, kNow + 10);
  ExpirySweep sweep(*database_);
  auto outcome = sweep.Step();
  ASSERT_TRUE(outcome);
  EXPECT_GT(outcome->deleted, 0u);
  EXPECT_TRUE(outcome->has_more);
  Put(kExpired + 1, kNow - 2 * kExpired);  // before the place where it is
  std::size_t deleted = outcome->deleted;
  for (int i = 0; i < kExpired && outcome->has_more; ++i) {
    outcome = sweep.Step();
    ASSERT_TRUE(outcome);
    deleted += outcome->deleted;
  }
  EXPECT_EQ(deleted, std::size_t{kExpired});
  EXPECT_EQ(ItemCount(), 2);
  outcome = sweep.Step();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->deleted, 1u);
  EXPECT_EQ(ItemCount(), 1);
}

}  // namespace
}  // namespace dynarock
