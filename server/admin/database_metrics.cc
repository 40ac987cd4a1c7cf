#include "server/admin/database_metrics.h"

#include <algorithm>

namespace dynarock {
namespace {

void Head(std::string& out, const std::string& name, const char* help) {
  out += "# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n";
}

std::vector<TablePtr> AllTables(Database& database) {
  constexpr std::size_t kPage = 100;
  std::vector<TablePtr> tables;
  std::string after;
  for (bool more = true; more;) {
    const std::vector<std::string> names = database.catalog().List(after, kPage, more);
    for (const std::string& name : names) {
      // It may be gone by now.
      if (auto table = database.catalog().Find(name)) tables.push_back(*table);
    }
    if (names.empty()) break;
    after = names.back();
  }
  return tables;
}

// "rocksdb.cur-size-all-mem-tables" as "dynarock_rocksdb_cur_size_all_mem_tables".
std::string MetricName(std::string property) {
  std::replace_if(
      property.begin(), property.end(), [](char letter) { return letter == '.' || letter == '-'; }, '_');
  return "dynarock_" + property;
}

}  // namespace

void WriteDatabaseMetrics(Database& database, std::string& out) {
  const std::vector<TablePtr> tables = AllTables(database);
  Head(out, "dynarock_tables", "Tables there are.");
  out += "dynarock_tables " + std::to_string(tables.size()) + "\n";
  Head(out, "dynarock_table_items", "Items of a table.");
  for (const TablePtr& table : tables) {
    out += "dynarock_table_items{table=\"" + table->name() + "\"} " +
           std::to_string(table->counts(IndexId{}).items.load()) + "\n";
  }
  Head(out, "dynarock_table_bytes", "Billed bytes of a table's items.");
  for (const TablePtr& table : tables) {
    out += "dynarock_table_bytes{table=\"" + table->name() + "\"} " +
           std::to_string(table->counts(IndexId{}).bytes.load()) + "\n";
  }
  const std::vector<StreamPtr> streams = database.streams().List(database.clock().Now());
  Head(out, "dynarock_streams", "Streams that can be read, by whether changes still come.");
  const auto enabled =
      std::count_if(streams.begin(), streams.end(), [](const auto& stream) { return stream->enabled(); });
  out += "dynarock_streams{state=\"enabled\"} " + std::to_string(enabled) + "\n";
  out += "dynarock_streams{state=\"disabled\"} " +
         std::to_string(static_cast<std::ptrdiff_t>(streams.size()) - enabled) + "\n";
  for (const auto& [property, value] : database.store().Properties()) {
    const std::string name = MetricName(property);
    Head(out, name, "RocksDB's property of this name.");
    out += name + " " + std::to_string(value) + "\n";
  }
}

}  // namespace dynarock
