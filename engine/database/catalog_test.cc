#include "engine/database/catalog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <thread>

#include "engine/database/database.h"
#include "engine/storage/record_encoding.h"

namespace dynarock {
namespace {

TableDefinition Definition(const std::string& name) {
  TableDefinition table;
  table.name = name;
  table.uuid = "00000000-0000-4000-8000-000000000000";
  table.created = {1234567};
  table.attributes = {{"pk", Type::kString}, {"sk", Type::kNumber}, {"gk", Type::kBinary}};
  table.keys = {{{"pk", Type::kString}}, {{"sk", Type::kNumber}}};
  IndexDefinition index;
  index.id = {1};
  index.name = "by-gk";
  index.keys = {{{"gk", Type::kBinary}}, {}};
  index.projection = ProjectionType::kInclude;
  index.non_key_attributes = {"x", "y"};
  index.throughput = {3, 4};
  table.indexes = {index};
  table.last_index_id = {1};
  table.on_demand_since = {2345678};
  table.billing_mode = BillingMode::kPayPerRequest;
  table.throughput = {1, 2};
  table.deletion_protection = true;
  table.table_class = "STANDARD";
  return table;
}

TEST(TableRecord, RoundTrip) {
  TableDefinition table = Definition("abc");
  table.id = {9};
  table.on_demand.max_read_units = 10;
  table.warm.write_units = 5000;
  table.throughput.last_decrease = EpochMillis{99};
  table.encryption = Encryption{"arn:key"};
  table.tags = {{"k", "v"}};
  table.ttl = {true, "expires", {5}, true};
  table.recovery = {true, 7, {6}};
  table.policies = {{"arn", "{}", "7"}};
  table.insights = {{"by-gk", true, true, {8}}};
  table.kinesis = {{"arn:stream", true, "MICROSECOND"}};
  const auto read = DecodeTable(EncodeTable(table));
  ASSERT_TRUE(read);
  EXPECT_EQ(EncodeTable(*read), EncodeTable(table));
  EXPECT_EQ(read->tags.at(0).value, "v");
  EXPECT_EQ(read->kinesis.at(0).precision, "MICROSECOND");
  EXPECT_EQ(read->insights.at(0).index_name, "by-gk");
  EXPECT_EQ(read->policies.at(0).revision_id, "7");
  EXPECT_EQ(read->ttl.attribute, "expires");
  EXPECT_EQ(read->recovery.days, 7);
  EXPECT_EQ(read->indexes[0].non_key_attributes, table.indexes[0].non_key_attributes);
  EXPECT_EQ(read->keys.sort[0].type, Type::kNumber);
}

TEST(TableRecord, TruncationAtEveryLength) {
  TableDefinition table = Definition("abc");
  table.id = {9};
  const std::string record = EncodeTable(table);
  std::size_t whole = 0;
  for (std::size_t length = 0; length < record.size(); ++length) {
    const auto read = DecodeTable(std::string_view(record).substr(0, length));
    if (!read) continue;
    ++whole;  // it ends between two fields, after those that a table needs
    EXPECT_EQ(read->name, "abc");
    EXPECT_EQ(read->indexes.size(), read->last_index_id.value == 0 ? 0u : 1u);
  }
  EXPECT_GT(whole, 0u);
  EXPECT_FALSE(DecodeTable(""));
  EXPECT_FALSE(DecodeTable(record.substr(0, record.size() - 1)));
}

TEST(TableRecord, UnknownNumbersAreSkipped) {
  TableDefinition table = Definition("abc");
  table.id = {9};
  const std::string record = EncodeTable(table);
  RecordWriter unknown;
  unknown.Bytes(1000, "of a newer program");
  const auto read = DecodeTable(unknown.Take() + record);
  ASSERT_TRUE(read);
  EXPECT_EQ(EncodeTable(*read), record);
}

TEST(TableRecord, IdsOfIndexesEndAtTheLast) {
  TableDefinition table = Definition("abc");
  table.id = {9};
  table.last_index_id = {0};
  EXPECT_FALSE(DecodeTable(EncodeTable(table)));
}

TEST(Catalog, UpdateMakesAVersion) {
  auto store = Store::Open({.in_memory = true});
  SharedStore shared(std::move(*store));
  Catalog catalog(shared, "");
  const auto first = catalog.Create(Definition("aaa"));
  ASSERT_TRUE(first);
  (*first)->state().Count({{1, 2, 30}});
  const auto second = catalog.Update(*first, [](const Table&, TableDefinition& definition, WriteBatch&) {
    definition.table_class = "OTHER";
    return Result<void>();
  });
  ASSERT_TRUE(second);
  EXPECT_EQ((*first)->definition().table_class, "STANDARD");
  EXPECT_EQ((*second)->definition().table_class, "OTHER");
  EXPECT_EQ(&(*first)->Newest(), second->get());
  EXPECT_EQ(catalog.Find("aaa")->get(), second->get());
  EXPECT_EQ((*second)->counts({1}).bytes, 30);
  // A change by way of an older version is one of the newest.
  const auto third = catalog.Update(*first, [](const Table&, TableDefinition& definition, WriteBatch&) {
    definition.indexes.clear();
    return Result<void>();
  });
  ASSERT_TRUE(third);
  EXPECT_EQ((*third)->definition().table_class, "OTHER");
  ASSERT_TRUE(catalog.Remove(*first));
  EXPECT_TRUE((*third)->deleted());
}

TEST(Catalog, CreateFindListRemove) {
  auto store = Store::Open({.in_memory = true});
  ASSERT_TRUE(store);
  SharedStore shared(std::move(*store));
  Catalog catalog(shared, "");
  for (const char* name : {"bbb", "aaa", "ccc"}) ASSERT_TRUE(catalog.Create(Definition(name)));
  EXPECT_EQ(catalog.Create(Definition("bbb")).error().code, ErrorCode::kResourceInUse);
  bool more = false;
  EXPECT_EQ(catalog.List("", 2, more), (std::vector<std::string>{"aaa", "bbb"}));
  EXPECT_TRUE(more);
  EXPECT_EQ(catalog.List("bbb", 2, more), (std::vector<std::string>{"ccc"}));
  EXPECT_FALSE(more);
  const auto table = catalog.Find("bbb");
  ASSERT_TRUE(table);
  ASSERT_TRUE(catalog.Remove(*table));
  EXPECT_TRUE((*table)->deleted());
  EXPECT_EQ(catalog.Find("bbb").error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(catalog.Remove(*table).error().code, ErrorCode::kResourceNotFound);
}

// The space of a large table comes back by itself, some seconds after it was removed.
TEST(Catalog, RemovedTablesGiveTheirSpaceBack) {
  constexpr int kRows = 20'000, kBytes = 1000;
  auto store = Store::Open({.in_memory = true});
  SharedStore shared(std::move(*store));
  Catalog catalog(shared, "");
  const auto table = catalog.Create(Definition("aaa"));
  for (int row = 0; row < kRows; ++row) {
    WriteBatch batch;
    batch.Put(RowPrefix((*table)->id(), {}) + std::to_string(row), std::string(kBytes, 'x'));
    ASSERT_TRUE(shared.store->Commit(std::move(batch)));
  }
  (*table)->state().Count({{0, kRows, std::int64_t{kRows} * kBytes}});
  const auto kept = [&] {
    std::uint64_t bytes = 0;
    for (const auto& [name, value] : shared.store->Properties()) {
      if (name == "rocksdb.total-sst-files-size" || name == "rocksdb.cur-size-all-mem-tables") bytes += value;
    }
    return bytes;
  };
  ASSERT_GT(kept(), std::uint64_t{kRows} * kBytes);
  ASSERT_TRUE(catalog.Remove(*table));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (kept() > kRows * kBytes / 10 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_LT(kept(), std::uint64_t{kRows} * kBytes / 10);
}

TEST(Catalog, TableIdsAreNotUsedAgain) {
  auto store = Store::Open({.in_memory = true});
  SharedStore shared(std::move(*store));
  Catalog catalog(shared, "");
  const auto first = catalog.Create(Definition("aaa"));
  ASSERT_TRUE(catalog.Remove(*first));
  const auto second = catalog.Create(Definition("aaa"));
  EXPECT_NE((*first)->id(), (*second)->id());
}

TEST(Catalog, SurvivesReopening) {
  char pattern[] = "/tmp/dynarock-catalog-XXXXXX";
  const std::string directory = mkdtemp(pattern);
  {
    const auto database = Database::Open({.directory = directory}, {}, std::make_shared<SystemClock>());
    ASSERT_TRUE(database);
    ASSERT_TRUE((*database)->catalog().Create(Definition("aaa")));
  }
  const auto database = Database::Open({.directory = directory}, {}, std::make_shared<SystemClock>());
  ASSERT_TRUE(database);
  EXPECT_TRUE((*database)->catalog().Find("aaa"));
  std::filesystem::remove_all(directory);
}

// What cannot be read is left alone, and all else is there.
TEST(Catalog, DamagedRecordsAreSkipped) {
  auto store = Store::Open({.in_memory = true});
  SharedStore shared(std::move(*store));
  const TablePtr table = *Catalog(shared, "").Create(Definition("good"));
  const std::string record = EncodeTable(table->definition());
  TableDefinition newer = table->definition();
  newer.name = "newer";
  newer.status = static_cast<TableStatus>(99);
  TableDefinition odd_key = table->definition();
  odd_key.name = "odd-key";
  odd_key.keys.partition[0].type = Type::kMap;
  WriteBatch batch;
  batch.Put(CatalogKey("", "another-name"), record);
  batch.Put(CatalogKey("", "empty"), "");
  batch.Put(CatalogKey("", "newer"), EncodeTable(newer));
  batch.Put(CatalogKey("", "odd-key"), EncodeTable(odd_key));
  batch.Put(CatalogKey("", "torn"), record.substr(0, record.size() / 2));
  batch.Put(CountersKey(table->id()), "torn");
  batch.Put(BackfillKey(table->id(), {1}), "no row of the table");
  batch.Put(StreamKey("", StreamId{7}), "torn");
  ASSERT_TRUE(shared.store->Commit(std::move(batch)));
  Catalog catalog(shared, "");
  ASSERT_TRUE(catalog.Load());
  bool more = false;
  EXPECT_EQ(catalog.List("", 10, more), (std::vector<std::string>{"good"}));
  StreamCatalog streams(shared, "");
  ASSERT_TRUE(streams.Load());
  EXPECT_TRUE(streams.is_empty());
}

TEST(TableRecord, TornPartsAreSeen) {
  TableDefinition table = Definition("abc");
  table.id = {9};
  const std::string record = EncodeTable(table);
  const std::string name = "by-gk";
  std::string torn = record;
  torn[record.find(name) - 1] = 100;  // the length of a name inside of the index's record
  EXPECT_FALSE(DecodeTable(torn));
}

TEST(IdSequence, GivesNoIdsBehindATornRecord) {
  auto store = Store::Open({.in_memory = true});
  SharedStore shared(std::move(*store));
  WriteBatch batch;
  batch.Put(NextTableIdKey(), "torn!");
  ASSERT_TRUE(shared.store->Commit(std::move(batch)));
  EXPECT_FALSE(Catalog(shared, "").Create(Definition("aaa")));
}

TEST(Background, TasksOutliveAnothersException) {
  Background background;
  std::atomic<int> runs = 0;
  background.Add(
      []() -> std::optional<std::chrono::milliseconds> { throw std::runtime_error("a task's own trouble"); });
  background.Add([&]() -> std::optional<std::chrono::milliseconds> {
    return ++runs < 3 ? std::optional(std::chrono::milliseconds(1)) : std::nullopt;
  });
  for (int i = 0; i < 1000 && runs < 3; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(runs, 3);
}

TEST(Background, TasksRunInTheOrderInWhichTheyAreDue) {
  Background background;
  std::mutex mutex;
  std::vector<int> order;
  std::condition_variable done;
  for (const int pause : {30, 10, 20}) {
    background.Add([&, pause, has_waited = false]() mutable -> std::optional<std::chrono::milliseconds> {
      if (!std::exchange(has_waited, true)) return std::chrono::milliseconds(pause * 10);
      const std::lock_guard lock(mutex);
      order.push_back(pause);
      done.notify_all();
      return std::nullopt;
    });
  }
  std::unique_lock lock(mutex);
  ASSERT_TRUE(done.wait_for(lock, std::chrono::seconds(60), [&] { return order.size() == 3; }));
  EXPECT_EQ(order, (std::vector<int>{10, 20, 30}));
}

TEST(Database, NamesAndArns) {
  EXPECT_EQ(TableArn({}, "abc"), "arn:aws:dynamodb:us-east-1:000000000000:table/abc");
  EXPECT_EQ(TableNameOf("abc"), "abc");
  EXPECT_EQ(TableNameOf("arn:aws:dynamodb:us-east-1:000000000000:table/abc"), "abc");
  EXPECT_EQ(TableNameOf("arn:aws:s3:::bucket"), "arn:aws:s3:::bucket");
}

}  // namespace
}  // namespace dynarock
