// How much memory all connections of a server may take together for requests that come in and replies that wait.
#pragma once

#include <atomic>
#include <cstddef>

namespace dynarock {

// Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit) : limit_(limit) {}

  bool IsSpent() const { return used_.load(std::memory_order_relaxed) >= limit_; }
  // Whether uploads may take `more` bytes: a quarter stays for replies and for what is small.
  bool HasRoomFor(std::size_t more) const {
    return used_.load(std::memory_order_relaxed) + more <= limit_ - limit_ / 4;
  }
  std::size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  friend class MemoryShare;
  const std::size_t limit_;  // bytes
  std::atomic<std::size_t> used_ = 0;
};

// What one connection takes of the budget. Not thread-safe.
class MemoryShare {
 public:
  explicit MemoryShare(MemoryBudget& budget) : budget_(budget) {}
  ~MemoryShare() { Set(0); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  // The connection takes `bytes` now. Differences that are small are not counted until they add up.
  void Set(std::size_t bytes) {
    constexpr std::size_t kSmall = 8 * 1024;
    const std::size_t difference = bytes > bytes_ ? bytes - bytes_ : bytes_ - bytes;
    if (difference < kSmall && bytes != 0) return;
    budget_.used_.fetch_add(bytes - bytes_, std::memory_order_relaxed);  // modulo 2^64 where it is less
    bytes_ = bytes;
  }

  std::size_t bytes() const { return bytes_; }
  MemoryBudget& budget() const { return budget_; }

 private:
  MemoryBudget& budget_;
  std::size_t bytes_ = 0;
};

}  // namespace dynarock
