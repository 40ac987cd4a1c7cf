#include "server/admin/request_metrics.h"

#include <algorithm>
#include <functional>

namespace dynarock {
namespace {

constexpr std::string_view kUnknown = "unknown";

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

void RequestMetrics::ForEachOperation(const std::function<void(const OperationDurations&)>& visit) const {
  for (const OperationCounts& slot : operations_) {
    const char* name = slot.name.load(std::memory_order_acquire);
    if (name == nullptr) continue;
    OperationDurations durations;
    durations.operation.assign(name, slot.name_size);
    for (std::size_t i = 0; i < slot.buckets.size(); ++i) {
      durations.buckets[i] = slot.buckets[i].load(std::memory_order_relaxed);
    }
    durations.microseconds = static_cast<std::int64_t>(slot.microseconds.load(std::memory_order_relaxed));
    visit(durations);
  }
}

std::map<std::pair<std::string, std::string>, std::uint64_t> RequestMetrics::Errors() const {
  std::map<std::pair<std::string, std::string>, std::uint64_t> errors;
  const std::lock_guard lock(mutex_);
  for (const auto& [names, count] : errors_) errors.emplace(names, count);
  return errors;
}

}  // namespace dynarock
