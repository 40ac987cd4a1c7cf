// What a filter costs: a Query that filters 1 MB of 300-byte items to nothing, against a bare walk over the same rows.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "engine/item/test_items.h"
#include "engine/reads/query_and_scan.h"
#include "engine/tables/tables.h"
#include "engine/writes/write_item.h"

namespace dynarock {
namespace {

constexpr int kItems = 4000;  // more than one page

void Check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "%s failed\n", what);
  std::exit(1);
}

void Fill(Database& database) {
  CreateTableRequest create;
  create.table_name = "chat";
  create.attribute_definitions = {{"pk", Type::kString}, {"sk", Type::kString}};
  create.key_schema = {{"pk", true}, {"sk", false}};
  create.billing_mode = BillingMode::kPayPerRequest;
  Check(CreateTable(database, create).has_value(), "CreateTable");
  for (int i = 0; i < kItems; ++i) {
    PutItemRequest put;
    put.table_name = "chat";
    char sort[16];
    std::snprintf(sort, sizeof sort, "%08d", i);
    put.item.bytes = ItemOf({{"message", TextValue(std::string(180, 'm'))},
                             {"message_uuid", TextValue("5ae2b7c3-9f1d-4fd3-8f1d-0a1b2c3d4e5f")},
                             {"pk", TextValue("one")},
                             {"sk", TextValue(sort)},
                             {"user_handle", TextValue("andrewbrown")}});
    Check(PutItem(database, put).has_value(), "PutItem");
  }
}

QueryRequest Filtered() {
  QueryRequest query;
  query.table_name = "chat";
  query.key_condition_expression = "pk = :pk";
  query.filter_expression = "user_handle = :nobody";
  query.expression_attributes.values.emplace();
  query.expression_attributes.values->push_back({":pk", TextValue("one"), {}});
  query.expression_attributes.values->push_back({":nobody", TextValue("nobody"), {}});
  return query;
}

template <class Run>
double Microseconds(Run run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Measure(Database& database, int rounds) {
  const auto table = database.catalog().Find("chat");
  const std::string prefix = RowPrefix((*table)->id(), IndexId{});
  const QueryRequest query = Filtered();
  std::vector<double> filtered, bare, ratios;
  std::int64_t rows = 0;
  for (int round = 0; round < rounds; ++round) {
    filtered.push_back(Microseconds([&] {
      const auto page = Query(database, query);
      Check(page && page->count == 0, "Query");
      rows = page->scanned_count;
    }));
    bare.push_back(Microseconds([&] {
      Cursor cursor = database.store().Walk(prefix, PrefixEnd(prefix));
      std::int64_t left = rows;
      std::size_t bytes = 0;
      for (cursor.SeekToFirst(); cursor.Valid() && left > 0; cursor.Next(), --left) bytes += cursor.value().size();
      Check(bytes > 0, "the walk");
    }));
    ratios.push_back(filtered.back() / bare.back());
  }
  std::printf("filtered query of %lld rows %.0f us, bare walk %.0f us, ratio %.2f\n", static_cast<long long>(rows),
              Median(filtered), Median(bare), Median(ratios));
}

int Run(int rounds) {
  char pattern[] = "/tmp/dynarock-filter-XXXXXX";
  const std::string directory = mkdtemp(pattern);
  for (const bool fill : {true, false}) {
    // Opened again, so that the rows are read from files.
    const auto database = Database::Open({.directory = directory}, {}, std::make_shared<SystemClock>());
    Check(database.has_value(), "Open");
    if (fill) {
      Fill(**database);
    } else {
      Measure(**database, rounds);
    }
  }
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace dynarock

int main(int argc, char** argv) {
  return dynarock::Run(argc > 1 ? std::max(1, std::atoi(argv[1])) : 51);
}
