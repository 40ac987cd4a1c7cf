// Counts and durations of API calls, by operation and error. Counting takes no lock but for errors.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace dynarock {

// Upper bounds of the histogram's buckets, in microseconds.
inline constexpr std::array<std::int64_t, 12> kDurationBounds = {50,    100,    250,    500,     1'000,   2'500,
                                                                 5'000, 10'000, 50'000, 100'000, 500'000, 1'000'000};

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

  // Appends Prometheus's text format.
  void Write(std::string& out) const;

 private:
  OperationCounts* SlotOf(std::string_view operation);

  std::array<OperationCounts, 128> operations_;  // by a hash of the name's address; twice as many as there are names
  mutable std::mutex mutex_;
  std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> errors_;
};

// Appends the number of open connections, and the bytes of memory that they take.
void WriteConnectionMetrics(int open, std::size_t memory, std::string& out);

}  // namespace dynarock
