#include "engine/database/dropped_rows.h"

#include <chrono>
#include <memory>
#include <optional>

#include "engine/base/log.h"
#include "engine/storage/key_encoding.h"

namespace dynarock {
namespace {

// Fewer rows than this are deleted one by one: range tombstones are dear to read over when there are many.
constexpr std::int64_t kRangeDeleteFrom = 1000;

// Less space than this comes back with the merges that there are anyhow.
constexpr std::int64_t kGiveBackFrom = 16 << 20;  // bytes

constexpr std::chrono::seconds kReadersPause{2};
constexpr std::chrono::seconds kMergePause{5};

// Gives back the space of ranges, and then the memory that merges have left.
class SpaceGiver {
 public:
  SpaceGiver(Store& store, std::vector<std::pair<std::string, std::string>> ranges)
      : store_(store), ranges_(std::move(ranges)) {}

  std::optional<std::chrono::milliseconds> Step() {
    switch (step_++) {
      case 0:
        return kReadersPause;
      case 1:
        GiveBack();
        return kMergePause;
      default:
        store_.TrimMemory();
        return std::nullopt;
    }
  }

 private:
  void GiveBack() {
    for (const auto& [begin, end] : ranges_) {
      const Result<void> given = store_.GiveBack(begin, end);
      if (!given) Log(LogLevel::kError, "space of deleted rows stays", {{"error", given.error().message}});
    }
  }

  Store& store_;
  const std::vector<std::pair<std::string, std::string>> ranges_;
  int step_ = 0;
};

}  // namespace

void DroppedRows::Add(const std::string& prefix, std::int64_t rows, std::int64_t bytes, WriteBatch& batch) {
  const std::string end = PrefixEnd(prefix);
  if (rows >= kRangeDeleteFrom) {
    batch.DeleteRange(prefix, end);
    ranges_.emplace_back(prefix, end);
    bytes_ += bytes;
    return;
  }
  Cursor cursor = store_.Walk(prefix, end);
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) batch.Delete(cursor.key());
}

void DroppedRows::GiveBack(Store& store, Background& background) {
  if (bytes_ < kGiveBackFrom) return;
  background.Add([giver = std::make_shared<SpaceGiver>(store, std::move(ranges_))] { return giver->Step(); });
}

}  // namespace dynarock
