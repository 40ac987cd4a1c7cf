// The newest calls of functions by triggers, for who watches them, and counts of all.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/base/clock.h"

namespace dynarock {

struct InvocationEntry {
  std::uint64_t id = 0;  // grows by one with each call
  EpochMillis time;
  std::string mapping_uuid;
  std::string function_name;
  std::string shard_id;
  std::string first_sequence_number;
  std::string last_sequence_number;
  std::int64_t records = 0;
  std::int64_t milliseconds = 0;
  int attempt = 1;
  std::string error;       // "" for success
  bool discarded = false;  // given up after this call
};

// Since the server's start.
struct InvocationCounts {
  std::int64_t calls = 0;
  std::int64_t records = 0;
  std::int64_t failures = 0;
  std::int64_t retries = 0;
  std::int64_t discarded_records = 0;
};

// Thread-safe.
class InvocationLog {
 public:
  void Add(InvocationEntry entry);

  // The kept entries behind `id`.
  std::vector<InvocationEntry> After(std::uint64_t id) const;
  std::uint64_t last_id() const;

  // Calls `news` once, as soon as there is an entry behind `id` or Stop was called. Of more than 1,000 that wait, the
  // oldest is called without news: who asked for it may have gone.
  void WhenNews(std::uint64_t id, std::function<void()> news);
  // Calls all that wait.
  void Stop();

  InvocationCounts CountsOf(const std::string& mapping_uuid) const;
  // "OK", "No records processed" or "PROBLEM: Function call failed", as Lambda's LastProcessingResult.
  std::string LastResultOf(const std::string& mapping_uuid) const;
  void Forget(const std::string& mapping_uuid);

 private:
  struct Tally {
    InvocationCounts counts;
    bool last_ok = true;
  };

  mutable std::mutex mutex_;
  std::deque<InvocationEntry> entries_;
  std::uint64_t last_id_ = 0;
  std::map<std::string, Tally> tallies_;
  std::vector<std::function<void()>> waiting_;
  bool stopped_ = false;
};

}  // namespace dynarock
