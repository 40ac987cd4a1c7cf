#include "engine/database/catalog.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/database/database.h"

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
  table.billing_mode = BillingMode::kPayPerRequest;
  table.throughput = {1, 2};
  table.deletion_protection = true;
  table.table_class = "STANDARD";
  return table;
}

TEST(TableRecord, RoundTrip) {
  TableDefinition table = Definition("abc");
  table.id = {9};
  const auto read = DecodeTable(EncodeTable(table));
  ASSERT_TRUE(read);
  EXPECT_EQ(EncodeTable(*read), EncodeTable(table));
  EXPECT_EQ(read->indexes[0].non_key_attributes, table.indexes[0].non_key_attributes);
  EXPECT_EQ(read->keys.sort[0].type, Type::kNumber);
}

TEST(TableRecord, TruncationNeverCrashes) {
  TableDefinition table = Definition("abc");
  table.id = {9};
  const std::string record = EncodeTable(table);
  for (std::size_t length = 0; length < record.size(); ++length) {
    static_cast<void>(DecodeTable(std::string_view(record).substr(0, length)).has_value());
  }
  EXPECT_FALSE(DecodeTable(""));
  EXPECT_FALSE(DecodeTable(record.substr(0, record.size() - 1)));
}

TEST(Catalog, CreateFindListRemove) {
  const auto store = Store::Open({.in_memory = true});
  ASSERT_TRUE(store);
  const auto catalog = Catalog::Load(**store, "");
  ASSERT_TRUE(catalog);
  for (const char* name : {"bbb", "aaa", "ccc"}) ASSERT_TRUE((*catalog)->Create(Definition(name)));
  EXPECT_EQ((*catalog)->Create(Definition("bbb")).error().code, ErrorCode::kResourceInUse);
  bool more = false;
  EXPECT_EQ((*catalog)->List("", 2, more), (std::vector<std::string>{"aaa", "bbb"}));
  EXPECT_TRUE(more);
  EXPECT_EQ((*catalog)->List("bbb", 2, more), (std::vector<std::string>{"ccc"}));
  EXPECT_FALSE(more);
  const auto table = (*catalog)->Find("bbb");
  ASSERT_TRUE(table);
  ASSERT_TRUE((*catalog)->Remove(*table));
  EXPECT_TRUE((*table)->deleted());
  EXPECT_EQ((*catalog)->Find("bbb").error().code, ErrorCode::kResourceNotFound);
  EXPECT_EQ((*catalog)->Remove(*table).error().code, ErrorCode::kResourceNotFound);
}

TEST(Catalog, TableIdsAreNotUsedAgain) {
  const auto store = Store::Open({.in_memory = true});
  const auto catalog = Catalog::Load(**store, "");
  const auto first = (*catalog)->Create(Definition("aaa"));
  ASSERT_TRUE((*catalog)->Remove(*first));
  const auto second = (*catalog)->Create(Definition("aaa"));
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

TEST(Database, NamesAndArns) {
  EXPECT_EQ(TableArn({}, "abc"), "arn:aws:dynamodb:us-east-1:000000000000:table/abc");
  EXPECT_EQ(TableNameOf("abc"), "abc");
  EXPECT_EQ(TableNameOf("arn:aws:dynamodb:us-east-1:000000000000:table/abc"), "abc");
  EXPECT_EQ(TableNameOf("arn:aws:s3:::bucket"), "arn:aws:s3:::bucket");
}

}  // namespace
}  // namespace dynarock
