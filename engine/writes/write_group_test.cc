#include "engine/writes/write_group.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <random>
#include <thread>

#include "engine/item/number.h"
#include "engine/reads/get_item.h"
#include "engine/reads/query_and_scan.h"
#include "engine/tables/tables.h"
#include "engine/writes/write_item.h"
#include "engine/writes/write_request.h"

namespace dynarock {
namespace {

constexpr std::string_view kTable = "counted";

EncodedItem Key(const std::string& id) {
  EncodedItem item;
  std::string bytes;
  AppendScalar(bytes, Type::kString, id);
  ItemBuilder builder(item.bytes);
  builder.Add("id", ValueView::Of(bytes));
  builder.Finish();
  return item;
}

class WriteGroupTest : public testing::Test {
 protected:
  WriteGroupTest() {
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

  // Adds 1 to a count, in the thread's group.
  Result<WriteItemResponse> Gather(const std::string& id, std::optional<std::string_view> condition = {}) {
    const WriteGroup::Gathering gathering;
    std::string one;
    AppendScalar(one, Type::kNumber, *ParseNumber("1"));
    UpdateItemRequest request;
    request.table_name = kTable;
    request.key = Key(id);
    request.condition_expression = condition;
    request.update_expression = "ADD reached :one";
    request.expression_attributes.values.emplace();
    request.expression_attributes.values->push_back({":one", one, {}});
    return UpdateItem(*database_, request);
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

  static WriteGroup& group() { return WriteGroup::OfThisThread(); }

  std::unique_ptr<Database> database_;
};

TEST_F(WriteGroupTest, IsVisibleOnceItIsCommitted) {
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(Gather(id));
  EXPECT_EQ(Read("a") + Read("b") + Read("c"), 0);
  EXPECT_EQ(ItemCount(), 0);
  ASSERT_TRUE(group().Commit());
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(Read(id), 1) << id;
  EXPECT_EQ(ItemCount(), 3);
}

TEST_F(WriteGroupTest, SecondWriteOfARowSeesTheFirst) {
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(Gather("a"));
  EXPECT_EQ(Read("a"), 2);
  ASSERT_TRUE(group().Commit());
  EXPECT_EQ(Read("a"), 3);
  EXPECT_EQ(ItemCount(), 1);
}

TEST_F(WriteGroupTest, RowsStayLockedUntilTheCommit) {
  ASSERT_TRUE(Gather("a"));
  std::atomic<bool> is_done = false;
  std::thread other([&] {
    EXPECT_TRUE(Gather("a"));
    EXPECT_TRUE(group().Commit());
    is_done = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(is_done);
  ASSERT_TRUE(group().Commit());
  other.join();
  EXPECT_EQ(Read("a"), 2);
}

TEST_F(WriteGroupTest, ARefusedWriteLeavesTheOthers) {
  ASSERT_TRUE(Gather("a"));
  const auto refused = Gather("c", "attribute_exists(id)");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConditionalCheckFailed);
  ASSERT_TRUE(Gather("b"));
  ASSERT_TRUE(group().Commit());
  EXPECT_EQ(Read("a") + Read("b"), 2);
  EXPECT_EQ(ItemCount(), 2);
}

TEST_F(WriteGroupTest, WritesOutsideDoNotWait) {
  PutItemRequest request;
  request.table_name = kTable;
  request.item = Key("a");
  ASSERT_TRUE(PutItem(*database_, request));
  EXPECT_EQ(ItemCount(), 1);
}

// Threads with groups of all sizes over few rows, while the table is changed, and deleted at the end.
TEST_F(WriteGroupTest, ThreadsLoseNothingAndDoNotWaitForEachOther) {
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
      for (int i = 0; i < kWrites; ++i) {
        const std::size_t row = random() % kRows;
        ASSERT_TRUE(Gather(std::to_string(row)));
        ++done[row];
        if (random() % 8 == 0) {
          ASSERT_TRUE(group().Commit());
        }
      }
      ASSERT_TRUE(group().Commit());
    });
  }
  for (std::thread& writer : writers) writer.join();
  is_over = true;
  changer.join();
  for (std::size_t row = 0; row < kRows; ++row) EXPECT_EQ(Read(std::to_string(row)), done[row]) << row;
  EXPECT_EQ(ItemCount(), kRows);
}

TEST_F(WriteGroupTest, TheTableMayBeDeletedMeanwhile) {
  ASSERT_TRUE(Gather("a"));
  std::thread deleter([&] { EXPECT_TRUE(DeleteTable(*database_, kTable)); });
  // The deletion waits for the group, and the next write for the deletion: the group is committed first.
  Result<WriteItemResponse> last = Gather("b");
  while (last) last = Gather("b");
  EXPECT_EQ(last.error().code, ErrorCode::kResourceNotFound);
  deleter.join();
  ASSERT_TRUE(group().Commit());
  Create();
  EXPECT_EQ(Read("a"), 0);
}

}  // namespace
}  // namespace dynarock
