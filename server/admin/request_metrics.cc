#include "server/admin/request_metrics.h"

#include <algorithm>
#include <functional>

namespace dynarock {
namespace {

constexpr std::string_view kUnknown = "unknown";

// "0.0025" of 2500 microseconds.
std::string Seconds(std::int64_t microseconds) {
  std::string digits = std::to_string(microseconds);
  if (digits.size() < 7) digits.insert(0, 7 - digits.size(), '0');
  digits.insert(digits.size() - 6, ".");
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

}  // namespace

OperationCounts* RequestMetrics::SlotOf(std::string_view operation) {
  const std::size_t start = std::hash<const void*>()(operation.data()) >> 3;
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    OperationCounts& slot = operations_[(start + i) % operations_.size()];
    const char* name = slot.name.load(std::memory_order_acquire);
    if (name == operation.data()) return &slot;
    if (name != nullptr) continue;
    const std::lock_guard lock(mutex_);
    if (slot.name.load(std::memory_order_relaxed) == nullptr) {
      slot.name_size = operation.size();
      slot.name.store(operation.data(), std::memory_order_release);
    }
    if (slot.name.load(std::memory_order_relaxed) == operation.data()) return &slot;
  }
  return nullptr;
}

void RequestMetrics::Count(std::string_view operation, std::string_view error, std::chrono::nanoseconds duration) {
  if (operation.empty()) operation = kUnknown;
  const std::int64_t microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  if (OperationCounts* slot = SlotOf(operation)) {
    const auto bound = std::lower_bound(kDurationBounds.begin(), kDurationBounds.end(), microseconds);
    slot->buckets[static_cast<std::size_t>(bound - kDurationBounds.begin())].fetch_add(1, std::memory_order_relaxed);
    slot->microseconds.fetch_add(static_cast<std::uint64_t>(microseconds), std::memory_order_relaxed);
  }
  if (error.empty()) return;
  const std::lock_guard lock(mutex_);
  ++errors_[{operation, error}];
}

void RequestMetrics::Write(std::string& out) const {
  out +=
      "# HELP dynarock_request_duration_seconds Time from a call's last byte read to its reply.\n"
      "# TYPE dynarock_request_duration_seconds histogram\n";
  for (const OperationCounts& slot : operations_) {
    const char* name = slot.name.load(std::memory_order_acquire);
    if (name == nullptr) continue;
    const std::string operation = "operation=\"" + std::string(name, slot.name_size) + "\"";
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < slot.buckets.size(); ++i) {
      sum += slot.buckets[i].load(std::memory_order_relaxed);
      const std::string bound = i < kDurationBounds.size() ? Seconds(kDurationBounds[i]) : "+Inf";
      out += "dynarock_request_duration_seconds_bucket{" + operation + ",le=\"" + bound + "\"} " + std::to_string(sum) +
             "\n";
    }
    const auto total = static_cast<std::int64_t>(slot.microseconds.load(std::memory_order_relaxed));
    out += "dynarock_request_duration_seconds_sum{" + operation + "} " + Seconds(total) + "\n";
    out += "dynarock_request_duration_seconds_count{" + operation + "} " + std::to_string(sum) + "\n";
  }
  out +=
      "# HELP dynarock_request_errors_total Calls that were answered with an error.\n"
      "# TYPE dynarock_request_errors_total counter\n";
  const std::lock_guard lock(mutex_);
  for (const auto& [names, count] : errors_) {
    out += "dynarock_request_errors_total{operation=\"" + std::string(names.first) + "\",error=\"" +
           std::string(names.second) + "\"} " + std::to_string(count) + "\n";
  }
}

void WriteConnectionMetrics(int open, std::size_t memory, std::string& out) {
  out += "# HELP dynarock_connections Open connections.\n# TYPE dynarock_connections gauge\ndynarock_connections ";
  out += std::to_string(open);
  out +=
      "\n# HELP dynarock_connection_memory_bytes Memory of requests that come in and of replies that wait.\n"
      "# TYPE dynarock_connection_memory_bytes gauge\ndynarock_connection_memory_bytes ";
  out += std::to_string(memory) + "\n";
}

}  // namespace dynarock
