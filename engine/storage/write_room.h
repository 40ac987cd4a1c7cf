// Whether there is room for writes: RocksDB holds up a write while too many full write buffers wait to become files.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/listener.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

namespace dynarock {

// Thread-safe.
class WriteRoom final : public rocksdb::EventListener {
 public:
  // Full write buffers from which on writes had better wait; RocksDB stops them at one more.
  static constexpr std::uint64_t kFullBuffers = 2;
  static constexpr int kMostBuffers = kFullBuffers + 1;

  // To be called once, when the database is open.
  void Watch(rocksdb::DB& db, std::vector<rocksdb::ColumnFamilyHandle*> families);

  // To be called before the database closes: from now on it is not touched any more.
  void Leave();

  // Cheap if no buffer is full.
  bool Has();

  void OnMemTableSealed(const rocksdb::MemTableInfo&) override { may_lack_.store(true); }
  // Lets merges grow, once the process has lived long enough for them. RocksDB calls it on a thread that nobody waits
  // for.
  void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo&) override;

 private:
  rocksdb::DB* db_ = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  std::atomic<bool> is_open_ = false;  // the two above do not change while it is set
  std::mutex growing_;                 // held while merges are let grow
  const std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();
  std::atomic<bool> may_lack_ = false;
  std::atomic<bool> merges_grow_ = false;
};

}  // namespace dynarock
