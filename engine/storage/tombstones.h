// Keeps deletes cheap: a delete is a record of its own, a tombstone, which a cursor steps over until a merge of files
// drops it. README.md, "Deletes".
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/table_properties.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

namespace dynarock {

// Has files merged soon that hold many tombstones close together, mostly tombstones, or one of a range.
std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> TombstoneCounting();

// Tombstones that cursors of the calling thread stepped over so far.
std::uint64_t TombstonesSkipped();

// Gets rid of tombstones that cursors step over: moves them out of write buffers into files, where merges find them,
// and rewrites files that no merge would. Thread-safe.
class TombstoneRemoval {
 public:
  // From so many on that one cursor steps over, something is done about them.
  static constexpr std::uint64_t kMany = 1000;

  ~TombstoneRemoval();

  // A cursor over `family` stepped over so many. Waits for nothing.
  void Note(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, std::uint64_t tombstones);

  // Tombstones that cursors of all threads stepped over so far.
  std::uint64_t noted() const { return noted_.load(std::memory_order_relaxed); }

  // Ends what runs in the background. To be called before the database closes; nothing is noted from then on.
  void Stop();

 private:
  using Clock = std::chrono::steady_clock;

  void Remove(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family);

  std::atomic<std::uint64_t> noted_{0};
  std::atomic<Clock::rep> next_{0};  // nothing is done before this time
  std::mutex mutex_;
  std::atomic<bool> is_running_ = false;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace dynarock
