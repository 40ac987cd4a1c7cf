// Striped locks over keys: one write at a time reads, checks and changes a key.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

namespace dynarock {

class KeyLocks {
 public:
  using Guard = std::unique_lock<std::mutex>;

  Guard Lock(std::string_view key) { return Guard(stripes_[StripeOf(key)]); }

  // Empty if the lock is taken, by one of `mine` or by somebody else.
  Guard TryToLock(std::string_view key, const std::vector<Guard>& mine) {
    std::mutex& stripe = stripes_[StripeOf(key)];
    const auto is_same = [&](const Guard& guard) { return guard.mutex() == &stripe; };
    if (std::any_of(mine.begin(), mine.end(), is_same)) return {};
    return Guard(stripe, std::try_to_lock);
  }

  // Locks are taken in stripe order, so two writers of many keys cannot wait for each other.
  std::vector<Guard> LockAll(const std::vector<std::string_view>& keys) {
    std::vector<std::size_t> stripes;
    for (const std::string_view key : keys) stripes.push_back(StripeOf(key));
    std::sort(stripes.begin(), stripes.end());
    stripes.erase(std::unique(stripes.begin(), stripes.end()), stripes.end());
    std::vector<Guard> guards;
    for (const std::size_t stripe : stripes) guards.emplace_back(stripes_[stripe]);
    return guards;
  }

 private:
  static constexpr std::size_t kStripes = 1024;
  static std::size_t StripeOf(std::string_view key) { return std::hash<std::string_view>{}(key) % kStripes; }

  std::array<std::mutex, kStripes> stripes_;
};

}  // namespace dynarock
