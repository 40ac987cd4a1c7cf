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
  const std::set<Database*> all = {&first, *databases->Of({"key", "us-east-2"}), *databases->Of({"Key", "us-east-1"}),
                                   *databases->Of({"key_us", "east-1"}), *databases->Of({"key", "us_east-1"})};
  EXPECT_EQ(all.size(), 5U);
  EXPECT_EQ(databases->All().size(), 5U);
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

TEST_F(DatabasesTest, CallersAreChecked) {
  const auto databases = OpenSeparate();
  const std::string long_id(129, 'k'), long_region(65, 'r');
  for (const Caller caller : {Caller{"", "r"}, Caller{"key", ""}, Caller{"k/ey", "r"}, Caller{"key", "r/r"},
                              Caller{"key", "r\n"}, Caller{long_id, "r"}, Caller{"key", long_region}}) {
    EXPECT_EQ(databases->Of(caller).error().code, ErrorCode::kUnrecognizedClient);
    const auto nothing = [](Database&) { return Result<void>(); };
    EXPECT_FALSE(databases->WithUnopened(caller, Databases::Purpose::kRead, nothing));
  }
  EXPECT_TRUE(databases->All().empty());
  EXPECT_TRUE(databases->Of({long_id.substr(1), long_region.substr(1)}));
  EXPECT_TRUE(databases->Of({"AKIA_a-1", "fakeRegion"}));
}

TEST_F(DatabasesTest, OnlyWhatIsWrittenIsKept) {
  const auto databases = OpenSeparate();
  int opened = 0;
  databases->WhenOpened([&](Database&) { ++opened; });
  const Caller caller{"key", "eu-west-1"};
  const auto read = [](Database& database) -> Result<void> {
    EXPECT_EQ(TableArn(database.identity(), "t"), "arn:aws:dynamodb:eu-west-1:000000000000:table/t");
    TRY(const TablePtr table, database.catalog().Find("t"));
    return {};
  };
  EXPECT_EQ(databases->WithUnopened(caller, Databases::Purpose::kRead, read).error().code,
            ErrorCode::kResourceNotFound);
  EXPECT_FALSE(databases->WithUnopened(caller, Databases::Purpose::kCreate, read));  // refused, so nothing is there
  EXPECT_EQ(databases->Find(caller), nullptr);
  const auto create = [](Database& database) -> Result<void> {
    Create(database, "t");
    return {};
  };
  EXPECT_TRUE(databases->WithUnopened(caller, Databases::Purpose::kCreate, create));
  ASSERT_NE(databases->Find(caller), nullptr);
  EXPECT_TRUE(databases->Find(caller)->catalog().Find("t"));
  EXPECT_EQ(opened, 1);
  // A call that comes late finds it.
  EXPECT_TRUE(databases->WithUnopened(caller, Databases::Purpose::kCreate, read));
  EXPECT_EQ(databases->All().size(), 1U);
}

TEST_F(DatabasesTest, HaveABound) {
  const auto databases = Open({.separate = true, .max_databases = 2});
  for (const char* key : {"a", "b"}) Create(**databases->Of({key, "r"}), "t");
  const auto third = databases->Of({"c", "r"});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kLimitExceeded);
  EXPECT_NE(third.error().message.find("--max-databases"), std::string::npos);
  EXPECT_TRUE(databases->Of({"a", "r"}));
  const auto nothing = [](Database&) { return Result<void>(); };
  EXPECT_TRUE(databases->WithUnopened({"c", "r"}, Databases::Purpose::kRead, nothing));
}

}  // namespace
}  // namespace dynarock
