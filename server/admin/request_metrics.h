// Counts and durations of API calls, by operation and error. Counting takes no lock but for errors.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace dynarock {

// Upper bounds of the histogram's buckets, in microseconds.
inline constexpr std::array<std::int64_t, 12> kDurationBounds = {50,    100,    250,    500,     1'000,   2'500,
                                                                 5'000, 10'000, 50'000, 100'000, 500'000, 1'000'000};

// A histogram: calls by duration.
struct OperationDurations {
  std::string operation;
  std::array<std::uint64_t, kDurationBounds.size() + 1> buckets{};  // the last: above all bounds
  std::int64_t microseconds = 0;                                    // of all calls together
};

struct OperationCounts {
  std::atomic<const char*> name = nullptr;  // static memory, also its identity
  std::size_t name_size = 0;
  std::array<std::atomic<std::uint64_t>, kDurationBounds.size() + 1> buckets{};  // the last: above all bounds
  std::atomic<std::uint64_t> microseconds = 0;
};

// Thread-safe.
class RequestMetrics {
 public:
  // `operation` and `error` are names in static memory; an unknown operation is "", a success has no error.
  void Count(std::string_view operation, std::string_view error, std::chrono::nanoseconds duration);

  // Calls `visit` with the durations of each operation that was called.
  void ForEachOperation(const std::function<void(const OperationDurations&)>& visit) const;

  // Counts of errors by operation and name.
  std::map<std::pair<std::string, std::string>, std::uint64_t> Errors() const;

 private:
  OperationCounts* SlotOf(std::string_view operation);

  std::array<OperationCounts, 128> operations_;  // by a hash of the name's address; twice as many as there are names
  mutable std::mutex mutex_;
  std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> errors_;
};

}  // namespace dynarock
