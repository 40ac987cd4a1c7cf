#include "engine/storage/write_room.h"

#include <algorithm>

namespace dynarock {
namespace {

constexpr std::chrono::seconds kSmallMerges{10};  // from the opening on
constexpr const char* kLargeMerges = "{max_merge_width=4294967295;max_size_amplification_percent=200;}";

}  // namespace

void WriteRoom::Watch(rocksdb::DB& db, std::vector<rocksdb::ColumnFamilyHandle*> families) {
  db_ = &db;
  families_ = std::move(families);
  is_open_.store(true);
}

void WriteRoom::Leave() {
  const std::lock_guard lock(growing_);
  is_open_.store(false);
}

bool WriteRoom::Has() {
  if (!may_lack_.load(std::memory_order_relaxed)) return true;
  // Before the look: a buffer that fills meanwhile sets it again.
  may_lack_.store(false);
  std::uint64_t most = 0;
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    std::uint64_t full = 0;
    if (db_->GetIntProperty(family, rocksdb::DB::Properties::kNumImmutableMemTable, &full)) most = std::max(most, full);
  }
  if (most > 0) may_lack_.store(true);
  return most < kFullBuffers;
}

void WriteRoom::OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo&) {
  if (std::chrono::steady_clock::now() - opened_ < kSmallMerges) return;
  const std::lock_guard lock(growing_);
  if (!is_open_.load() || merges_grow_.exchange(true)) return;
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    // Its error is that of the OPTIONS file, which is not wanted.
    static_cast<void>(db_->SetOptions(family, {{"compaction_options_universal", kLargeMerges}}));
  }
}

}  // namespace dynarock
