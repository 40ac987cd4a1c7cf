#include "engine/database/databases.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <thread>

namespace dynarock {
namespace {

TableDefinition Definition(const std::string& name) {
  TableDefinition table;
  table.name = name;
  table.keys.partition = {{"pk", Type::kString}};
  return table;
}

class DatabasesTest : public testing::Test {
 protected:
  DatabasesTest() {
    char pattern[] = "/tmp/dynarock-databases-XXXXXX";
    directory_ = mkdtemp(pattern);
  }
  ~DatabasesTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<Databases> Open(DatabasesOptions options) {
    auto databases = Databases::Open({.directory = directory_}, std::move(options), clock_);
    EXPECT_TRUE(databases);
    return std::move(*databases);
  }
  std::unique_ptr<Databases> OpenSeparate() { return Open({.separate = true}); }

  // A table with a stream.
  static TablePtr Create(Database& database, const std::string& name) {
    StreamPtr stream;
    const auto table = database.catalog().Create(
        Definition(name), [&](const TableDefinition& definition, WriteBatch& batch) -> Result<void> {
          TRY(stream, database.streams().Enable(definition, StreamViewType::kKeysOnly, database.clock().Now(), batch));
          return {};
        });
    EXPECT_TRUE(table);
    return *table;
  }

  std::string directory_;
  const std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>(EpochMillis{1'800'000'000'000});
};

TEST_F(DatabasesTest, SharedForAllCallers) {
  const auto databases = Open({.identity = {"eu-west-1", "123456789012"}});
  Database* database = *databases->Of({"a", "us-east-1"});
  EXPECT_EQ(database, *databases->Of({"b", "eu-west-1"}));
  EXPECT_EQ(database, databases->common());
  EXPECT_EQ(TableArn(database->identity(), "t"), "arn:aws:dynamodb:eu-west-1:123456789012:table/t");
  EXPECT_EQ(database->owner().region, "eu-west-1");
}

TEST_F(DatabasesTest, OneForEachKeyAndRegion) {
  const auto databases = OpenSeparate();
  Database& first = **databases->Of({"key", "us-east-1"});
  EXPECT_EQ(databases->common(), nullptr);
  EXPECT_EQ(&first, *databases->Of({"key", "us-east-1"}));
  // Neither key nor region may run into the other.
  const std::set<Database*> all = {&first,
                                   *databases->Of({"key", "us-east-2"}),
                                   *databases->Of({"Key", "us-east-1"}),
                                   *databases->Of({"key_us", "east-1"}),
                                   *databases->Of({"key", "us_east-1"}),
                                   *databases->Of({"key", ""}),
                                   *databases->Of({"", "key"})};
  EXPECT_EQ(all.size(), 7U);
  EXPECT_EQ(databases->All().size(), 7U);
  EXPECT_EQ(TableArn((*databases->Of({"key", "us-east-2"}))->identity(), "t"),
            "arn:aws:dynamodb:us-east-2:000000000000:table/t");
}

TEST_F(DatabasesTest, ArnsOfDynamoDbLocal) {
  const auto databases = Open({.separate = true, .ddblocal_region = true});
  Database& database = **databases->Of({"key", "us-east-2"});
  EXPECT_EQ(TableArn(database.identity(), "t"), "arn:aws:dynamodb:ddblocal:000000000000:table/t");
  EXPECT_EQ(database.owner().region, "us-east-2");
}

TEST_F(DatabasesTest, IdsAreOfTheWholeStore) {
  const auto databases = OpenSeparate();
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::set<TableId> tables;
  std::set<StreamId> streams;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      Database& database = **databases->Of({"key" + std::to_string(i), "r"});
      for (int j = 0; j < 20; ++j) {
        const TablePtr table = Create(database, "table-" + std::to_string(j));
        const std::lock_guard lock(mutex);
        tables.insert(table->id());
        streams.insert(database.streams().EnabledOf(table->id())->id());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(tables.size(), 80U);
  EXPECT_EQ(streams.size(), 80U);
}

TEST_F(DatabasesTest, ComeBackWithTheirTablesAndStreams) {
  {
    const auto databases = OpenSeparate();
    Create(**databases->Of({"a", "r"}), "same-name");
    Create(**databases->Of({"b", "r"}), "same-name");
    // Of this one only its stream is left.
    Database& streams_only = **databases->Of({"c", "localhost"});
    ASSERT_TRUE(streams_only.catalog().Remove(Create(streams_only, "gone"),
                                              [&](const TableDefinition& table, WriteBatch& batch) -> Result<void> {
                                                streams_only.streams().Disable(table.id, clock_->Now(), batch);
                                                return {};
                                              }));
    ASSERT_TRUE(databases->Of({"empty", "r"}));
  }
  {
    const auto shared = Open({});
    EXPECT_TRUE(shared->common()->catalog().All().empty());
    EXPECT_TRUE(shared->common()->streams().List(clock_->Now()).empty());
    Create(*shared->common(), "same-name");
  }
  const auto databases = OpenSeparate();
  const std::vector<Database*> all = databases->All();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0]->scope(), "a/r");
  EXPECT_EQ(all[2]->scope(), "c/localhost");
  EXPECT_EQ(all[2]->owner().access_key_id, "c");
  EXPECT_EQ(all[2]->owner().region, "localhost");
  std::set<TableId> ids;
  std::set<StreamId> streams;
  for (Database* database : {all[0], all[1]}) {
    ids.insert((*database->catalog().Find("same-name"))->id());
    const auto list = database->streams().List(clock_->Now());
    ASSERT_EQ(list.size(), 1U);
    streams.insert(list[0]->id());
  }
  EXPECT_EQ(ids.size(), 2U);
  EXPECT_EQ(streams.size(), 2U);
  EXPECT_EQ(all[2]->streams().List(clock_->Now()).size(), 1U);
  // Trimming finds each stream's own record.
  clock_->Advance(std::chrono::hours(25));
  for (Database* database : all) ASSERT_TRUE(database->streams().Trim(clock_->Now()));
  EXPECT_TRUE(all[2]->streams().List(clock_->Now()).empty());
  std::string record;
  EXPECT_TRUE(*databases->store().Get(StreamKey("a/r", *streams.begin()), record));
}

TEST_F(DatabasesTest, TellsOfEachThatIsOpened) {
  {
    const auto databases = OpenSeparate();
    Create(**databases->Of({"a", "r"}), "aaa");
  }
  const auto databases = OpenSeparate();
  std::vector<std::string> opened;
  databases->WhenOpened([&](Database& database) { opened.push_back(database.scope()); });
  for (const char* key : {"b", "a", "b"}) ASSERT_TRUE(databases->Of({key, "r"}));
  EXPECT_EQ(opened, (std::vector<std::string>{"a/r", "b/r"}));
}

}  // namespace
}  // namespace dynarock
