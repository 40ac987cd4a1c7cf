#include "server/admin/database_metrics.h"

#include <algorithm>

namespace dynarock {
namespace {

void Head(std::string& out, const std::string& name, const char* help) {
  out += "# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n";
}

using Count = std::atomic<std::int64_t> Counts::*;

// A value of each table: `database` is among its labels where there are several.
void WriteTables(const Databases& databases, MetricNames names, const std::string& name, const char* help, Count count,
                 std::string& out) {
  Head(out, name, help);
  std::int64_t sum = 0;
  for (Database* database : databases.All()) {
    for (const TablePtr& table : database->catalog().All()) {
      const std::int64_t value = (table->counts(IndexId{}).*count).load();
      sum += value;
      if (names == MetricNames::kHidden) continue;
      out += name + "{" + MetricLabel("table", table->name());
      if (databases.separate()) out += "," + MetricLabel("database", database->scope());
      out += "} " + std::to_string(value) + "\n";
    }
  }
  if (names == MetricNames::kHidden) out += name + " " + std::to_string(sum) + "\n";
}

// "rocksdb.cur-size-all-mem-tables" as "dynarock_rocksdb_cur_size_all_mem_tables".
std::string MetricName(std::string property) {
  std::replace_if(
      property.begin(), property.end(), [](char letter) { return letter == '.' || letter == '-'; }, '_');
  return "dynarock_" + property;
}

}  // namespace

void WriteDatabaseMetrics(const Databases& databases, MetricNames names, std::string& out) {
  std::size_t tables = 0, streams = 0, enabled = 0;
  for (Database* database : databases.All()) {
    tables += database->catalog().All().size();
    const std::vector<StreamPtr> list = database->streams().List(databases.clock().Now());
    streams += list.size();
    enabled += static_cast<std::size_t>(
        std::count_if(list.begin(), list.end(), [](const auto& stream) { return stream->enabled(); }));
  }
  Head(out, "dynarock_tables", "Tables there are.");
  out += "dynarock_tables " + std::to_string(tables) + "\n";
  WriteTables(databases, names, "dynarock_table_items", "Items of a table.", &Counts::items, out);
  WriteTables(databases, names, "dynarock_table_bytes", "Billed bytes of a table's items.", &Counts::bytes, out);
  Head(out, "dynarock_streams", "Streams that can be read, by whether changes still come.");
  out += "dynarock_streams{state=\"enabled\"} " + std::to_string(enabled) + "\n";
  out += "dynarock_streams{state=\"disabled\"} " + std::to_string(streams - enabled) + "\n";
  for (const auto& [property, value] : databases.store().Properties()) {
    const std::string name = MetricName(property);
    Head(out, name, "RocksDB's property of this name.");
    out += name + " " + std::to_string(value) + "\n";
  }
}

}  // namespace dynarock
