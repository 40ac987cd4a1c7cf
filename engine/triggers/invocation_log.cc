#include "engine/triggers/invocation_log.h"

#include <utility>

namespace dynarock {

void InvocationLog::Add(InvocationEntry entry) {
  constexpr std::size_t kKept = 1000;
  std::vector<std::function<void()>> waiting;
  {
    const std::lock_guard lock(mutex_);
    Tally& tally = tallies_[entry.mapping_uuid];
    ++tally.counts.calls;
    tally.last_ok = entry.error.empty();
    if (tally.last_ok) {
      tally.counts.records += entry.records;
    } else {
      ++tally.counts.failures;
    }
    if (entry.attempt > 1) ++tally.counts.retries;
    if (entry.discarded) tally.counts.discarded_records += entry.records;
    entry.id = ++last_id_;
    entries_.push_back(std::move(entry));
    if (entries_.size() > kKept) entries_.pop_front();
    waiting.swap(waiting_);
  }
  for (const auto& news : waiting) news();
}

std::vector<InvocationEntry> InvocationLog::After(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  std::vector<InvocationEntry> found;
  for (const InvocationEntry& entry : entries_) {
    if (entry.id > id) found.push_back(entry);
  }
  return found;
}

std::uint64_t InvocationLog::last_id() const {
  const std::lock_guard lock(mutex_);
  return last_id_;
}

void InvocationLog::WhenNews(std::uint64_t id, std::function<void()> news) {
  constexpr std::size_t kMostWaiting = 1000;
  {
    const std::lock_guard lock(mutex_);
    if (last_id_ <= id && !stopped_) {
      waiting_.push_back(std::move(news));
      if (waiting_.size() <= kMostWaiting) return;
      news = std::move(waiting_.front());
      waiting_.erase(waiting_.begin());
    }
  }
  news();
}

void InvocationLog::Stop() {
  std::vector<std::function<void()>> waiting;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    waiting.swap(waiting_);
  }
  for (const auto& news : waiting) news();
}

InvocationCounts InvocationLog::CountsOf(const std::string& mapping_uuid) const {
  const std::lock_guard lock(mutex_);
  const auto found = tallies_.find(mapping_uuid);
  return found == tallies_.end() ? InvocationCounts{} : found->second.counts;
}

std::string InvocationLog::LastResultOf(const std::string& mapping_uuid) const {
  const std::lock_guard lock(mutex_);
  const auto found = tallies_.find(mapping_uuid);
  if (found == tallies_.end()) return "No records processed";
  return found->second.last_ok ? "OK" : "PROBLEM: Function call failed";
}

void InvocationLog::Forget(const std::string& mapping_uuid) {
  const std::lock_guard lock(mutex_);
  tallies_.erase(mapping_uuid);
}

}  // namespace dynarock
