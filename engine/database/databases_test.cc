#include "engine/database/databases.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
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
  const DatabasePtr database = *databases->Of({"a", "us-east-1"});
  EXPECT_EQ(database, *databases->Of({"b", "eu-west-1"}));
  EXPECT_EQ(database.get(), databases->common());
  EXPECT_EQ(TableArn(database->identity(), "t"), "arn:aws:dynamodb:eu-west-1:123456789012:table/t");
  EXPECT_EQ(database->owner().region, "eu-west-1");
}

TEST_F(DatabasesTest, OneForEachKeyAndRegion) {
  const auto databases = OpenSeparate();
  Database& first = **databases->Of({"key", "us-east-1"});
  EXPECT_EQ(databases->common(), nullptr);
  EXPECT_EQ(&first, databases->Of({"key", "us-east-1"})->get());
  // Neither key nor region may run into the other.
  std::set<DatabasePtr> all = {*databases->Of({"key", "us-east-1"})};
  for (const Caller caller : {Caller{"key", "us-east-2"}, Caller{"Key", "us-east-1"}, Caller{"key_us", "east-1"},
                              Caller{"key", "us_east-1"}}) {
    all.insert(*databases->Of(caller));
  }
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
  const std::vector<DatabasePtr> all = databases->All();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0]->scope(), "a/r");
  EXPECT_EQ(all[2]->scope(), "c/localhost");
  EXPECT_EQ(all[2]->owner().access_key_id, "c");
  EXPECT_EQ(all[2]->owner().region, "localhost");
  std::set<TableId> ids;
  std::set<StreamId> streams;
  for (const DatabasePtr& database : {all[0], all[1]}) {
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
  for (const DatabasePtr& database : all) ASSERT_TRUE(database->streams().Trim(clock_->Now()));
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

// Removes the table, its stream after a day, as trimming does.
void Empty(Database& database, ManualClock& clock) {
  for (const TablePtr& table : database.catalog().All()) {
    ASSERT_TRUE(
        database.catalog().Remove(table, [&](const TableDefinition& definition, WriteBatch& batch) -> Result<void> {
          database.streams().Disable(definition.id, clock.Now(), batch);
          return {};
        }));
  }
  clock.Advance(std::chrono::hours(25));
  ASSERT_TRUE(database.streams().Trim(clock.Now()));
}

TEST_F(DatabasesTest, AnEmptiedOneMakesRoom) {
  const auto databases = Open({.separate = true, .max_databases = 2});
  for (const char* key : {"a", "b"}) Create(**databases->Of({key, "r"}), "t");
  const Database* const kept = databases->Find({"a", "r"}).get();
  Empty(**databases->Of({"b", "r"}), *clock_);
  EXPECT_EQ(databases->All().size(), 2U);  // as long as the place is not needed
  const auto create = [](Database& database) -> Result<void> {
    Create(database, "t");
    return {};
  };
  EXPECT_TRUE(databases->WithUnopened({"c", "r"}, Databases::Purpose::kCreate, create));
  EXPECT_EQ(databases->Find({"a", "r"}).get(), kept);
  EXPECT_EQ(databases->Find({"b", "r"}), nullptr);
  EXPECT_FALSE(databases->Of({"b", "r"}));
  // It comes back when there is room, as one that was never there.
  Empty(**databases->Of({"c", "r"}), *clock_);
  Create(**databases->Of({"b", "r"}), "t");
  EXPECT_EQ(databases->All().size(), 2U);
}

TEST_F(DatabasesTest, OneThatIsUsedOrHasSomethingMakesNoRoom) {
  const auto databases = Open({.separate = true, .max_databases = 1});
  DatabasePtr held = *databases->Of({"a", "r"});
  EXPECT_FALSE(databases->Of({"b", "r"}));  // a call works on it
  Create(*held, "t");
  for (const TablePtr& table : held->catalog().All()) {
    ASSERT_TRUE(
        held->catalog().Remove(table, [&](const TableDefinition& definition, WriteBatch& batch) -> Result<void> {
          held->streams().Disable(definition.id, clock_->Now(), batch);
          return {};
        }));
  }
  const std::string scope = held->scope();
  held.reset();
  EXPECT_FALSE(databases->Of({"b", "r"}));  // its stream can be read for a day
  Empty(**databases->Of({"a", "r"}), *clock_);
  for (const std::string& key :
       {PrefixesOfScope(scope).back() + "a function", TokenExpiryKey(scope, clock_->Now(), "a token")}) {
    WriteBatch put, remove;
    put.Put(key, "");
    ASSERT_TRUE(databases->store().Commit(std::move(put)));
    EXPECT_FALSE(databases->Of({"b", "r"}));
    remove.Delete(key);
    ASSERT_TRUE(databases->store().Commit(std::move(remove)));
  }
  bool may_close = false;
  databases->WhenClosing([&](Database& database) { return database.scope() == scope && may_close; });
  EXPECT_FALSE(databases->Of({"b", "r"}));
  EXPECT_NE(databases->Find({"a", "r"}), nullptr);
  may_close = true;
  EXPECT_TRUE(databases->Of({"b", "r"}));
}

// Many callers take one another's places; background tasks run meanwhile.
TEST_F(DatabasesTest, PlacesChangeHandsUnderLoad) {
  std::atomic<int> pieces = 0;
  const auto databases = Open({.separate = true, .max_databases = 3});
  databases->WhenOpened([&](Database& database) {
    database.RunInBackground([&]() -> std::optional<std::chrono::milliseconds> {
      EXPECT_LE(database.catalog().All().size(), 1U);
      ++pieces;
      return std::chrono::milliseconds(0);
    });
  });
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 100; ++round) {
        const std::string key = "key" + std::to_string((i + round) % 8);
        static_cast<void>(databases
                              ->WithUnopened({key, "r"}, Databases::Purpose::kCreate,
                                             [&](Database& database) -> Result<void> {
                                               TRY(const TablePtr table, database.catalog().Create(Definition("t")));
                                               ++made;
                                               return {};
                                             })
                              .has_value());
        const DatabasePtr database = databases->Find({key, "r"});
        if (!database) continue;
        const auto table = database->catalog().Find("t");
        if (table) static_cast<void>(database->catalog().Remove(*table).has_value());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(made, 8);
  EXPECT_GT(pieces, 0);
  EXPECT_LE(databases->All().size(), 3U);
}

}  // namespace
}  // namespace dynarock
