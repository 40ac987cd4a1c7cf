#include "server/admin/metrics_page.h"

#include <algorithm>

#include "server/admin/metrics_text.h"

namespace dynarock {
namespace {

// "0.0025" of 2500 microseconds.
std::string Seconds(std::int64_t microseconds) {
  std::string digits = std::to_string(microseconds);
  if (digits.size() < 7) digits.insert(0, 7 - digits.size(), '0');
  digits.insert(digits.size() - 6, ".");
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

void WriteRequests(const RequestMetrics& requests, MetricsText& out) {
  out.Family("dynarock_request_duration_seconds", "Time from a call's last byte read to its reply.", "histogram");
  requests.ForEachOperation([&](const OperationDurations& durations) {
    const std::pair<std::string_view, std::string> operation("operation", durations.operation);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < durations.buckets.size(); ++i) {
      sum += durations.buckets[i];
      const std::string bound = i < kDurationBounds.size() ? Seconds(kDurationBounds[i]) : "+Inf";
      out.Sample("_bucket", {operation, {"le", bound}}, std::to_string(sum));
    }
    out.Sample("_sum", {operation}, Seconds(durations.microseconds));
    out.Sample("_count", {operation}, std::to_string(sum));
  });
  out.Family("dynarock_request_errors_total", "Calls answered with an error.", "counter");
  for (const auto& [name, count] : requests.Errors()) {
    out.Sample({{"operation", name.first}, {"error", name.second}}, static_cast<std::int64_t>(count));
  }
}

using Count = std::atomic<std::int64_t> Counts::*;

void WriteTables(const Databases& databases, MetricNames names, Count count, MetricsText& out) {
  std::int64_t sum = 0;
  for (const DatabasePtr& database : databases.All()) {
    for (const TablePtr& table : database->catalog().All()) {
      const std::int64_t value = (table->counts(IndexId{}).*count).load();
      sum += value;
      if (names == MetricNames::kHidden) continue;
      MetricLabels labels{{"table", std::string(table->name())}};
      if (databases.separate()) labels.emplace_back("database", database->scope());
      out.Sample(labels, value);
    }
  }
  if (names == MetricNames::kHidden) out.Sample({}, sum);
}

void WriteStreams(const Databases& databases, MetricsText& out) {
  std::int64_t streams = 0, enabled = 0;
  for (const DatabasePtr& database : databases.All()) {
    const std::vector<StreamPtr> list = database->streams().List(databases.clock().Now());
    streams += static_cast<std::int64_t>(list.size());
    enabled += std::count_if(list.begin(), list.end(), [](const auto& stream) { return stream->enabled(); });
  }
  out.Family("dynarock_streams", "Streams that can be read, by whether they still receive changes.", "gauge");
  out.Sample({{"state", "enabled"}}, enabled);
  out.Sample({{"state", "disabled"}}, streams - enabled);
}

// "rocksdb.cur-size-all-mem-tables" as "dynarock_rocksdb_cur_size_all_mem_tables".
std::string MetricName(std::string property) {
  std::replace_if(
      property.begin(), property.end(), [](char letter) { return letter == '.' || letter == '-'; }, '_');
  return "dynarock_" + property;
}

void WriteDatabases(const Databases& databases, MetricNames names, MetricsText& out) {
  std::size_t tables = 0;
  for (const DatabasePtr& database : databases.All()) tables += database->catalog().All().size();
  out.Family("dynarock_tables", "Number of tables.", "gauge");
  out.Sample({}, static_cast<std::int64_t>(tables));
  out.Family("dynarock_table_items", "Items in a table.", "gauge");
  WriteTables(databases, names, &Counts::items, out);
  out.Family("dynarock_table_bytes", "Billed bytes of a table's items.", "gauge");
  WriteTables(databases, names, &Counts::bytes, out);
  WriteStreams(databases, out);
  for (const auto& [property, value] : databases.store().Properties()) {
    out.Family(MetricName(property), "RocksDB property of this name.", "gauge");
    out.Sample({}, static_cast<std::int64_t>(value));
  }
}

struct TriggerCount {
  std::string_view name, help;
  std::int64_t InvocationCounts::*count;
};

constexpr std::array kTriggerCounts = {
    TriggerCount{"dynarock_trigger_calls_total", "Calls of functions by triggers.", &InvocationCounts::calls},
    TriggerCount{"dynarock_trigger_records_total", "Records that functions have accepted.", &InvocationCounts::records},
    TriggerCount{"dynarock_trigger_failures_total", "Calls that failed.", &InvocationCounts::failures},
    TriggerCount{"dynarock_trigger_retries_total", "Calls after the first of a batch.", &InvocationCounts::retries},
    TriggerCount{"dynarock_trigger_discarded_records_total", "Records that were given up.",
                 &InvocationCounts::discarded_records},
};

// `value` gives what is written of a trigger; without names the sum of all triggers is.
template <class Value>
void WriteTriggers(const MetricsSources& sources, MetricNames names, Value value, MetricsText& out) {
  std::int64_t sum = 0;
  for (const auto& [scope, status] : sources.triggers) {
    sum += value(status);
    if (names == MetricNames::kHidden) continue;
    MetricLabels labels{{"function", status.mapping.function_name}, {"uuid", status.mapping.uuid}};
    if (sources.databases.separate()) labels.emplace_back("database", scope);
    out.Sample(labels, value(status));
  }
  if (names == MetricNames::kHidden) out.Sample({}, sum);
}

void WriteTriggers(const MetricsSources& sources, MetricNames names, MetricsText& out) {
  for (const auto& [name, help, count] : kTriggerCounts) {
    out.Family(name, help, "counter");
    WriteTriggers(
        sources, names, [count = count](const MappingStatus& status) { return status.counts.*count; }, out);
  }
  out.Family("dynarock_trigger_stalled_seconds",
             "Seconds since the first failure of a batch that is still retried, 0 if there is none.", "gauge");
  const EpochMillis now = sources.databases.clock().Now();
  WriteTriggers(
      sources, names,
      [now](const MappingStatus& status) {
        return status.stall ? (now.value - status.stall->since.value) / 1000 : std::int64_t{0};
      },
      out);
}

}  // namespace

std::string MetricsPage(const MetricsSources& sources, MetricNames names) {
  MetricsText out;
  WriteRequests(sources.requests, out);
  WriteDatabases(sources.databases, names, out);
  WriteTriggers(sources, names, out);
  out.Family("dynarock_connections", "Open connections.", "gauge");
  out.Sample({}, sources.connections);
  out.Family("dynarock_connection_memory_bytes", "Memory of incoming requests and of replies that wait.", "gauge");
  out.Sample({}, static_cast<std::int64_t>(sources.connection_memory));
  return out.text();
}

}  // namespace dynarock
