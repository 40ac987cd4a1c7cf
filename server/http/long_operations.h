// Which operations have taken long lately, so that the next ones of their kind are expected to.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace dynarock {

// Thread-safe. Operations are known by their names, which must be in static memory; two may share a place, and then
// what is expected of them.
class LongOperations {
 public:
  static constexpr std::chrono::milliseconds kLong{5};

  // A run of `operation` took so long. Cheap while none takes long.
  void Note(std::string_view operation, std::chrono::nanoseconds duration) {
    if (duration >= kLong) return Raise(ScoreOf(operation));
    if (suspects_.load(std::memory_order_relaxed) > 0) Lower(ScoreOf(operation));
  }

  bool HasAny() const { return suspects_.load(std::memory_order_relaxed) > 0; }

  // Whether at least two of its last runs took long. One may have been unlucky.
  bool Contains(std::string_view operation) { return ScoreOf(operation).load(std::memory_order_relaxed) > kRaise; }

 private:
  using Score = std::atomic<int>;
  static constexpr int kRaise = 8;  // runs that are not long and outweigh a long one
  static constexpr int kMost = 4 * kRaise;

  Score& ScoreOf(std::string_view operation) {
    constexpr std::uintptr_t kNameSize = 8;                                                           // bytes, about
    return scores_[reinterpret_cast<std::uintptr_t>(operation.data()) / kNameSize % scores_.size()];  // NOLINT: hashed
  }

  void Raise(Score& score) {
    int before = score.load(std::memory_order_relaxed);
    while (!score.compare_exchange_weak(before, before + kRaise > kMost ? kMost : before + kRaise)) continue;
    if (before == 0) ++suspects_;
  }

  void Lower(Score& score) {
    int before = score.load(std::memory_order_relaxed);
    do {
      if (before == 0) return;
    } while (!score.compare_exchange_weak(before, before - 1));
    if (before == 1) --suspects_;
  }

  std::array<Score, 128> scores_{};
  std::atomic<int> suspects_ = 0;  // scores that are not 0
};

}  // namespace dynarock
