// All time comes from here, so that a test can set, advance and freeze it.
#pragma once

#include <chrono>
#include <cstdint>

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

}  // namespace dynarock
