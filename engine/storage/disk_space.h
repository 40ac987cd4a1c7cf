// Whether the disk has room for writes. A log that a full disk has cut off takes nothing more until the store is opened
// again, so writes are refused before that happens, and taken again once there is room.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace dynarock {

// Thread-safe.
class DiskSpace {
 public:
  explicit DiskSpace(std::string directory) : directory_(std::move(directory)) {}

  // Cheap: looks at the disk some fifty times a second at most. False if the disk can't be asked.
  bool IsShort();

 private:
  const std::string directory_;
  std::atomic<std::int64_t> looked_at_ = 0;  // milliseconds of the steady clock
  std::atomic<bool> is_short_ = false;
};

}  // namespace dynarock
