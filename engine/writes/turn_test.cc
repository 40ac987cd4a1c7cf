#include "engine/writes/turn.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <random>
#include <thread>

#include "engine/item/number.h"
#include "engine/item/test_items.h"
#include "engine/reads/get_item.h"
#include "engine/reads/query_and_scan.h"
#include "engine/tables/tables.h"
#include "engine/writes/write_item.h"
#include "engine/writes/write_request.h"

namespace dynarock {
namespace {

constexpr std::string_view kTable = "counted";

EncodedItem Key(const std::string& id) {
  return {ItemOf({{"id", TextValue(id)}}), {}};
}

class TurnTest : public testing::Test {
 protected:
  TurnTest() {
    auto opened = Database::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>());
    database_ = std::move(*opened);
    Create();
  }

  void Create() {
    CreateTableRequest request;
    request.table_name = kTable;
    request.attribute_definitions = {{"id", Type::kString}};
    request.key_schema = {{"id", true}};
    request.billing_mode = BillingMode::kPayPerRequest;
    EXPECT_TRUE(CreateTable(*database_, request));
  }

  // Adds 1 to a count, in the turn.
  Result<WriteItemResponse> Count(Turn& turn, const std::string& id, std::optional<std::string_view> condition = {}) {
    CallContext context(*database_);
    context.turn = &turn;
    const std::string one = NumberValue(1);
    UpdateItemRequest request;
    request.table_name = kTable;
    request.key = Key(id);
    request.condition_expression = condition;
    request.update_expression = "ADD reached :one";
    request.expression_attributes.values.emplace();
    request.expression_attributes.values->push_back({":one", one, {}});
    return UpdateItem(context, request);
  }

  // 0 if there is no such item.
  int Read(const std::string& id) {
    GetItemRequest request;
    request.table_name = kTable;
    request.key = Key(id);
    const auto response = GetItem(*database_, request);
    if (!response || !response->item) return 0;
    return std::stoi(NumberText(ItemView(*response->item).Find("reached")->payload()));
  }

  std::int64_t ItemCount() { return (*database_->catalog().Find(kTable))->counts(IndexId{}).items; }

  std::unique_ptr<Database> database_;
};

TEST_F(TurnTest, IsVisibleOnceItIsFinished) {
  Turn turn(database_->store());
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(Count(turn, id));
  EXPECT_EQ(Read("a") + Read("b") + Read("c"), 0);
  EXPECT_EQ(ItemCount(), 0);
  ASSERT_TRUE(turn.Finish());
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(Read(id), 1) << id;
  EXPECT_EQ(ItemCount(), 3);
}

TEST_F(TurnTest, SecondWriteOfARowSeesTheFirst) {
  Turn turn(database_->store());
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(Count(turn, "a"));
  EXPECT_EQ(Read("a"), 2);
  ASSERT_TRUE(turn.Finish());
  EXPECT_EQ(Read("a"), 3);
  EXPECT_EQ(ItemCount(), 1);
}

TEST_F(TurnTest, RowsStayLockedUntilTheCommit) {
  Turn turn(database_->store());
  ASSERT_TRUE(Count(turn, "a"));
  std::atomic<bool> is_done = false;
  std::thread other([&] {
    Turn its_own(database_->store());
    EXPECT_TRUE(Count(its_own, "a"));
    EXPECT_TRUE(its_own.Finish());
    is_done = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(is_done);
  ASSERT_TRUE(turn.Finish());
  other.join();
  EXPECT_EQ(Read("a"), 2);
}

TEST_F(TurnTest, ARefusedWriteLeavesTheOthers) {
  Turn turn(database_->store());
  ASSERT_TRUE(Count(turn, "a"));
  const auto refused = Count(turn, "c", "attribute_exists(id)");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConditionalCheckFailed);
  ASSERT_TRUE(Count(turn, "b"));
  ASSERT_TRUE(turn.Finish());
  EXPECT_EQ(Read("a") + Read("b"), 2);
  EXPECT_EQ(ItemCount(), 2);
}

// What the turn's calls commit themselves is visible at once, and logged with the rest.
TEST_F(TurnTest, CommitsBesideItsWritesAreVisibleAtOnce) {
  Turn turn(database_->store());
  CallContext context(*database_);
  context.commits = turn.commits();
  PutItemRequest request;
  request.table_name = kTable;
  request.item = Key("a");
  ASSERT_TRUE(PutItem(context, request));
  EXPECT_EQ(ItemCount(), 1);
  EXPECT_TRUE(turn.Finish());
}

TEST_F(TurnTest, WritesOutsideDoNotWait) {
  PutItemRequest request;
  request.table_name = kTable;
  request.item = Key("a");
  ASSERT_TRUE(PutItem(*database_, request));
  EXPECT_EQ(ItemCount(), 1);
}

// Threads with turns of all sizes over few rows, while the table is changed, and deleted at the end.
TEST_F(TurnTest, ThreadsLoseNothingAndDoNotWaitForEachOther) {
  constexpr int kThreads = 4, kWrites = 2000, kRows = 6;
  std::array<std::atomic<int>, kRows> done{};
  std::atomic<bool> is_over = false;
  std::thread changer([&] {
    for (bool protection = true; !is_over; protection = !protection) {
      UpdateTableRequest request;
      request.table_name = kTable;
      request.deletion_protection = protection;
      EXPECT_TRUE(UpdateTable(*database_, request));
    }
  });
  std::vector<std::thread> writers;
  for (unsigned seed = 0; seed < kThreads; ++seed) {
    writers.emplace_back([&, seed] {
      std::mt19937 random(seed);
      Turn turn(database_->store());
      for (int i = 0; i < kWrites; ++i) {
        const std::size_t row = random() % kRows;
        ASSERT_TRUE(Count(turn, std::to_string(row)));
        ++done[row];
        if (random() % 8 == 0) {
          ASSERT_TRUE(turn.Finish());
        }
      }
      ASSERT_TRUE(turn.Finish());
    });
  }
  for (std::thread& writer : writers) writer.join();
  is_over = true;
  changer.join();
  for (std::size_t row = 0; row < kRows; ++row) EXPECT_EQ(Read(std::to_string(row)), done[row]) << row;
  EXPECT_EQ(ItemCount(), kRows);
}

TEST_F(TurnTest, TheTableMayBeDeletedMeanwhile) {
  Turn turn(database_->store());
  ASSERT_TRUE(Count(turn, "a"));
  std::thread deleter([&] { EXPECT_TRUE(DeleteTable(*database_, kTable)); });
  // The deletion waits for the turn, and the next write for the deletion: the turn is committed first.
  Result<WriteItemResponse> last = Count(turn, "b");
  while (last) last = Count(turn, "b");
  EXPECT_EQ(last.error().code, ErrorCode::kResourceNotFound);
  deleter.join();
  ASSERT_TRUE(turn.Finish());
  Create();
  EXPECT_EQ(Read("a"), 0);
}

}  // namespace
}  // namespace dynarock
