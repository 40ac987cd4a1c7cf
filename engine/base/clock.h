// All time comes from here, so that a test can set, advance and freeze it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace dynarock {

// Milliseconds since 1970-01-01T00:00:00Z.
struct EpochMillis {
  std::int64_t value = 0;
  auto operator<=>(const EpochMillis&) const = default;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual EpochMillis Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  EpochMillis Now() const override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
  }
};

// Stands still until told otherwise.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(EpochMillis now) : now_(now) {}
  EpochMillis Now() const override { return now_; }
  void Advance(std::chrono::milliseconds by) { now_.value += by.count(); }

 private:
  EpochMillis now_;
};

// Another clock's time, moved forward.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) {}
  EpochMillis Now() const override { return {clock_->Now().value + shift_}; }
  void Advance(std::chrono::milliseconds by) { shift_ += by.count(); }

 private:
  const std::shared_ptr<const Clock> clock_;
  std::atomic<std::int64_t> shift_ = 0;
};

}  // namespace dynarock
