// Remembers where nothing lives: ranges of keys that a cursor found empty except for tombstones, so that later cursors
// pass them at once. README.md, "Deletes".
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace dynarock {

// A range lasts until a key in it is put. Each write announces what it puts before any reader can see it. Nothing is
// announced, and nothing costs more than a counter, until a cursor first steps over many tombstones.
// Thread-safe.
class DeadRanges {
 public:
  // Tombstones that a seek steps over before its range is remembered.
  static constexpr std::uint64_t kFew = 16;

  // What a reader may rely on. Taken before its iterator or snapshot is made.
  struct Moment {
    static constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t announced = kUnknown;  // puts announced before it, all of which readers see; kUnknown: learns nothing
    rocksdb::SequenceNumber sequence = 0;  // the reader's own is not older
  };

  // A write that is under way. Lives from before the write until after it.
  class Announcement {
   public:
    Announcement(DeadRanges& ranges, const rocksdb::WriteBatch& batch);
    ~Announcement();
    Announcement(const Announcement&) = delete;
    Announcement& operator=(const Announcement&) = delete;

   private:
    DeadRanges& ranges_;
  };

  Moment Now(const rocksdb::DB& db) const;

  // A seek at `moment` stepped over `tombstones` and saw no key k with begin <= k < end. `latest` is a sequence number
  // of the database that is not older than the reader's.
  void Learn(const Moment& moment, std::string_view begin, std::string_view end, std::uint64_t tombstones,
             rocksdb::SequenceNumber latest);

  // Whether `key` lies in a range that is dead at `moment`; if so, the key becomes the range's end, which may live.
  bool PassForward(const Moment& moment, std::string& key);
  // The same for the last key before `end`: it becomes the first key of the range, which is dead.
  bool PassBackward(const Moment& moment, std::string& end);

  // Whether writes are announced.
  bool IsWatching() const { return is_watching_.load(); }

 private:
  static constexpr std::uint64_t kManyToWatch = 100;    // tombstones of one seek from which on writes are announced
  static constexpr std::uint64_t kQuietPuts = 100'000;  // announced without any use of a range, until they are not
  static constexpr std::size_t kMostRanges = 1024;      // a range has two keys of at most 3 KB
  static constexpr std::uint64_t kNewcomersForOne = 8;  // that make one range go
  static constexpr std::size_t kRecentPuts = 512;       // by which a range that is learned is checked

  struct Range {
    std::string end;
    rocksdb::SequenceNumber since;  // readers that are older can see rows in it
  };
  class Puts;
  using Ranges = std::map<std::string, Range, std::less<>>;  // by their beginnings; apart from each other

  void Announce(const rocksdb::WriteBatch& batch);
  void NotePut(std::string_view key);
  void StopWatching();
  bool WasPut(const Moment& moment, std::string_view begin, std::string_view end) const;
  void Insert(std::string begin, Range range);

  alignas(64) std::atomic<std::uint64_t> writes_under_way_ = 0;
  alignas(64) std::atomic<bool> is_watching_ = false;
  std::atomic<std::uint64_t> announced_ = 0;  // puts; changed under the mutex

  std::mutex mutex_;
  std::array<std::string, kRecentPuts> recent_;  // keys of the last puts; that of number n at n % kRecentPuts
  std::uint64_t last_use_ = 0;                   // announced_ when a range was last of use
  Ranges ranges_;
  std::uint64_t newcomers_ = 0;  // since there are kMostRanges
  std::string last_evicted_;
};

}  // namespace dynarock
