#include "engine/storage/tombstones.h"

#include <rocksdb/perf_context.h>

#include <array>

#include "engine/base/log.h"

namespace dynarock {
namespace {

constexpr std::size_t kWindow = 4096;  // records of a file that follow each other
constexpr std::size_t kManyInWindow = 2048;
constexpr std::size_t kManyInFile = 500;

constexpr std::chrono::milliseconds kPause{50};  // between two flushes

class TombstoneCounter final : public rocksdb::TablePropertiesCollector {
 public:
  const char* Name() const override { return "dynarock.TombstoneCounter"; }
  rocksdb::UserCollectedProperties GetReadableProperties() const override { return {}; }
  rocksdb::Status Finish(rocksdb::UserCollectedProperties*) override { return rocksdb::Status::OK(); }

  rocksdb::Status AddUserKey(const rocksdb::Slice&, const rocksdb::Slice&, rocksdb::EntryType type,
                             rocksdb::SequenceNumber, std::uint64_t) override {
    if (type == rocksdb::kEntryRangeDeletion) {
      has_range_ = true;
      return rocksdb::Status::OK();
    }
    const bool is_tombstone = type == rocksdb::kEntryDelete;
    bool& place = window_[records_++ % kWindow];
    in_window_ += std::size_t{is_tombstone} - std::size_t{place};
    place = is_tombstone;
    tombstones_ += std::size_t{is_tombstone};
    has_dense_window_ = has_dense_window_ || in_window_ >= kManyInWindow;
    return rocksdb::Status::OK();
  }

  bool NeedCompact() const override {
    return has_range_ || has_dense_window_ || (tombstones_ >= kManyInFile && 2 * tombstones_ >= records_);
  }

 private:
  std::array<bool, kWindow> window_{};
  std::size_t in_window_ = 0;
  std::size_t records_ = 0;
  std::size_t tombstones_ = 0;
  bool has_range_ = false;
  bool has_dense_window_ = false;
};

class TombstoneCounterFactory final : public rocksdb::TablePropertiesCollectorFactory {
 public:
  const char* Name() const override { return "dynarock.TombstoneCounter"; }
  rocksdb::TablePropertiesCollector* CreateTablePropertiesCollector(Context) override { return new TombstoneCounter(); }
};

void Flush(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
  rocksdb::FlushOptions options;
  options.wait = false;
  const rocksdb::Status status = db.Flush(options, family);
  if (!status.ok()) Log(LogLevel::kError, "deletes could not be flushed", {{"error", status.ToString()}});
}

// RocksDB merges files that are marked with what lies below them; where nothing does, it moves the file to the last
// level as it is, and lets it lie. A merge into the last level leaves no tombstones, so files with many were moved.
void RewriteLastLevel(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
  rocksdb::ColumnFamilyMetaData files;
  db.GetColumnFamilyMetaData(family, &files);
  for (const rocksdb::SstFileMetaData& file : files.levels.back().files) {
    if (file.num_deletions < kManyInFile || file.being_compacted) continue;
    // It fails if a merge is faster, which is as well.
    static_cast<void>(db.CompactFiles(rocksdb::CompactionOptions(), family, {file.name}, files.levels.back().level));
  }
}

void MoveDown(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
  std::uint64_t buffered = 0;
  db.GetIntProperty(family, rocksdb::DB::Properties::kNumDeletesActiveMemTable, &buffered);
  if (buffered >= TombstoneRemoval::kMany) {
    Flush(db, family);
  } else {
    RewriteLastLevel(db, family);
  }
}

}  // namespace

std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> TombstoneCounting() {
  return std::make_shared<TombstoneCounterFactory>();
}

std::uint64_t TombstonesSkipped() {
  return rocksdb::get_perf_context()->internal_delete_skipped_count;
}

TombstoneRemoval::~TombstoneRemoval() {
  Stop();
}

void TombstoneRemoval::Note(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, std::uint64_t tombstones) {
  if (tombstones == 0) return;
  noted_.fetch_add(tombstones, std::memory_order_relaxed);
  if (tombstones >= kMany) Remove(db, family);
}

void TombstoneRemoval::Remove(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
  const Clock::rep now = Clock::now().time_since_epoch().count();
  Clock::rep next = next_.load(std::memory_order_relaxed);
  if (now < next || !next_.compare_exchange_strong(next, now + Clock::duration(kPause).count())) return;
  const std::lock_guard lock(mutex_);
  if (is_running_ || is_stopped_) return;
  if (thread_.joinable()) thread_.join();
  is_running_ = true;
  // A thread of its own: one of RocksDB's could wait here for a write that waits for that thread.
  thread_ = std::thread([this, &db, family] {
    MoveDown(db, family);
    is_running_ = false;
  });
}

void TombstoneRemoval::Stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace dynarock
