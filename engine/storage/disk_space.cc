#include "engine/storage/disk_space.h"

#include <algorithm>
#include <filesystem>

namespace dynarock {
namespace {

constexpr std::int64_t kPause = 20;  // milliseconds between two looks

// Bytes that stay free: what writers may log between two looks, and a part of what a write buffer needs as a file.
constexpr std::uintmax_t kMostKept = 64 << 20;
constexpr std::uintmax_t kPartKept = 8;  // of a small disk

}  // namespace

bool DiskSpace::IsShort() {
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count();
  std::int64_t before = looked_at_.load(std::memory_order_relaxed);
  if (now - before < kPause || !looked_at_.compare_exchange_strong(before, now)) return is_short_.load();
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(directory_, error);
  is_short_.store(!error && space.available < std::min(kMostKept, space.capacity / kPartKept));
  return is_short_.load();
}

}  // namespace dynarock
