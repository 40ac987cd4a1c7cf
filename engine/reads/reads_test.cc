#include <gtest/gtest.h>

#include <thread>

#include "engine/item/number.h"
#include "engine/item/test_items.h"
#include "engine/reads/query_and_scan.h"
#include "engine/tables/tables.h"
#include "engine/writes/write_item.h"

namespace dynarock {
namespace {

// All attributes are strings.
EncodedItem Item(const std::vector<std::pair<std::string, std::string>>& attributes) {
  TestMembers members;
  for (const auto& [name, text] : attributes) members[name] = TextValue(text);
  return {ItemOf(members), {}};
}

// A table "chat" with keys pk and sk, and a GSI "by-group" on group and sk.
class OperationsTest : public testing::Test {
 protected:
  OperationsTest() {
    auto opened = Database::Open({.directory = "", .in_memory = true}, {}, std::make_shared<SystemClock>());
    database_ = std::move(*opened);
    CreateTableRequest request;
    request.table_name = "chat";
    request.attribute_definitions = {{"group", Type::kString}, {"pk", Type::kString}, {"sk", Type::kString}};
    request.key_schema = {{"pk", true}, {"sk", false}};
    IndexRequest index;
    index.name = "by-group";
    index.key_schema = {{"group", true}, {"sk", false}};
    index.projection.type = ProjectionType::kAll;
    request.global_secondary_indexes = {index};
    request.billing_mode = BillingMode::kPayPerRequest;
    EXPECT_TRUE(CreateTable(*database_, request));
  }

  void Put(const std::vector<std::pair<std::string, std::string>>& attributes) {
    PutItemRequest request;
    request.table_name = "chat";
    request.item = Item(attributes);
    const auto response = PutItem(*database_, request);
    ASSERT_TRUE(response) << response.error().message;
  }

  void Delete(const std::string& pk, const std::string& sk) {
    DeleteItemRequest request;
    request.table_name = "chat";
    request.key = Item({{"pk", pk}, {"sk", sk}});
    ASSERT_TRUE(DeleteItem(*database_, request));
  }

  Result<PageResponse> QueryIndex(std::optional<std::int64_t> limit = {}, const std::string* start = nullptr) {
    QueryRequest request;
    request.table_name = "chat";
    request.index_name = "by-group";
    request.limit = limit;
    request.key_condition_expression = "#g = :g";
    request.expression_attributes.names = std::vector<NamePlaceholder>{{"#g", "group"}};
    request.expression_attributes.values.emplace();
    request.expression_attributes.values->push_back({":g", TextValue("g1"), {}});
    if (start) request.exclusive_start_key = EncodedItem{*start, {}};
    return Query(*database_, request);
  }

  std::pair<std::int64_t, std::int64_t> Counted(IndexId index) {
    const auto table = database_->catalog().Find("chat");
    return {(*table)->counts(index).items.load(), (*table)->counts(index).bytes.load()};
  }

  std::unique_ptr<Database> database_;
};

TEST_F(OperationsTest, IndexRowsFollowTheItem) {
  Put({{"group", "g1"}, {"pk", "a"}, {"sk", "1"}, {"text", "hello"}});
  Put({{"pk", "a"}, {"sk", "2"}});  // not in the index
  EXPECT_EQ(QueryIndex()->count, 1);
  Put({{"group", "g2"}, {"pk", "a"}, {"sk", "1"}});
  EXPECT_EQ(QueryIndex()->count, 0);
  Put({{"group", "g1"}, {"pk", "a"}, {"sk", "1"}});
  EXPECT_EQ(QueryIndex()->count, 1);
  Delete("a", "1");
  EXPECT_EQ(QueryIndex()->count, 0);
}

TEST_F(OperationsTest, CountersAreExact) {
  Put({{"group", "g1"}, {"pk", "a"}, {"sk", "1"}});  // 7 + 3 + 3
  EXPECT_EQ(Counted({0}), (std::pair<std::int64_t, std::int64_t>{1, 13}));
  EXPECT_EQ(Counted({1}), (std::pair<std::int64_t, std::int64_t>{1, 13}));
  Put({{"pk", "a"}, {"sk", "1"}, {"text", "x"}});
  EXPECT_EQ(Counted({0}), (std::pair<std::int64_t, std::int64_t>{1, 11}));
  EXPECT_EQ(Counted({1}), (std::pair<std::int64_t, std::int64_t>{0, 0}));
  Delete("a", "1");
  Delete("a", "1");
  EXPECT_EQ(Counted({0}), (std::pair<std::int64_t, std::int64_t>{0, 0}));
}

TEST_F(OperationsTest, PagesMeetEveryRowOnce) {
  for (int i = 0; i < 25; ++i) {
    Put({{"group", "g1"}, {"pk", "p" + std::to_string(i % 7)}, {"sk", std::to_string(i)}});
  }
  std::string start;
  std::int64_t seen = 0;
  for (int page = 0; page < 100; ++page) {
    const auto response = QueryIndex(4, start.empty() ? nullptr : &start);
    ASSERT_TRUE(response) << response.error().message;
    seen += response->count;
    if (!response->last_evaluated_key) break;
    start = *response->last_evaluated_key;
  }
  EXPECT_EQ(seen, 25);
}

TEST_F(OperationsTest, SegmentsPartitionTheTable) {
  for (int i = 0; i < 200; ++i) Put({{"pk", "p" + std::to_string(i)}, {"sk", "s"}});
  for (const std::int64_t total : {1, 2, 3, 7}) {
    std::int64_t seen = 0;
    for (std::int64_t segment = 0; segment < total; ++segment) {
      ScanRequest request;
      request.table_name = "chat";
      request.segment = segment;
      request.total_segments = total;
      const auto response = Scan(*database_, request);
      ASSERT_TRUE(response);
      seen += response->count;
    }
    EXPECT_EQ(seen, 200) << total;
  }
}

TEST_F(OperationsTest, WritersOfOneItemDoNotLoseCounts) {
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([this, writer] {
      for (int i = 0; i < 200; ++i) {
        Put({{"group", "g" + std::to_string(writer)}, {"pk", "same"}, {"sk", std::to_string(i % 3)}});
        if (i % 5 == 0) Delete("same", std::to_string(i % 3));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  ScanRequest request;
  request.table_name = "chat";
  const auto rows = Scan(*database_, request);
  EXPECT_EQ(Counted({0}).first, rows->count);
  request.index_name = "by-group";
  EXPECT_EQ(Counted({1}).first, Scan(*database_, request)->count);
}

TEST_F(OperationsTest, DeleteTableRemovesRows) {
  for (int i = 0; i < 10; ++i) Put({{"group", "g1"}, {"pk", "p"}, {"sk", std::to_string(i)}});
  const auto table = database_->catalog().Find("chat");
  ASSERT_TRUE(DeleteTable(*database_, "chat"));
  const std::string prefix = TablePrefix((*table)->id());
  Cursor cursor = database_->store().Walk(prefix, PrefixEnd(prefix));
  cursor.SeekToFirst();
  EXPECT_FALSE(cursor.Valid());
}

}  // namespace
}  // namespace dynarock
