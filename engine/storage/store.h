// The ordered key-value store under everything: RocksDB on disk or in memory. No RocksDB type leaves this folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

struct StoreOptions {
  std::string directory = "";    // ignored in memory
  bool in_memory = false;        // RocksDB's in-memory environment, without a write-ahead log
  bool sync = false;             // fsync on each commit: acknowledged writes survive the death of the machine
  bool strict_recovery = false;  // refuse to open a store whose log is damaged, instead of dropping what follows
  std::function<bool()> log_fault = {};  // of tests: called before each write of the log, which fails if it gives true
};

// How many items and bytes a write adds to one table or index; negative when it takes away.
struct CounterDelta {
  std::uint16_t index = 0;  // IndexId, 0 for the table itself
  std::int64_t items = 0;
  std::int64_t bytes = 0;
};

// Changes that commit together or not at all.
class WriteBatch {
 public:
  WriteBatch();
  ~WriteBatch();
  WriteBatch(WriteBatch&&) noexcept;
  WriteBatch& operator=(WriteBatch&&) noexcept;

  void Put(std::string_view key, std::string_view value);
  void Delete(std::string_view key);
  // All keys k with begin <= k < end.
  void DeleteRange(std::string_view begin, std::string_view end);
  // Adds to the counters under `key`; see counters.h for their form. Deltas of one index are added up.
  void AddCounters(std::string_view key, const std::vector<CounterDelta>& deltas);
  bool empty() const;
  // Bytes, without changes of streams.
  std::size_t size() const;

 private:
  friend class Store;
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// A frozen view of the whole store.
class Snapshot {
 public:
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  friend class Store;
  Snapshot(const void* db, const void* snapshot) : db_(db), snapshot_(snapshot) {}
  const void* db_;
  const void* snapshot_;
  std::uint64_t puts_before_ = 0;  // DeadRanges::Moment::announced
};

// Walks the keys k with begin <= k < end, in either direction. Sees the store as it was when the cursor was made.
class Cursor {
 public:
  ~Cursor();
  Cursor(Cursor&&) noexcept;

  bool Valid() const;
  // To the first key at or behind `key`.
  void Seek(std::string_view key);
  // To the last key at or before `key`.
  void SeekForPrev(std::string_view key);
  void SeekToFirst();
  void SeekToLast();
  void Next();
  void Prev();
  // Requires: Valid(). The views hold until the cursor moves.
  std::string_view key() const;
  std::string_view value() const;
  // Errors: kInternal if reading failed; ask when Valid() turns false.
  Result<void> status() const;

 private:
  friend class Store;
  struct Rep;
  explicit Cursor(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

// The commits of one caller that are visible and not in the log yet. Not thread-safe.
class UnloggedCommits {
 public:
  std::size_t count() const { return count_; }

 private:
  friend class Store;
  std::size_t count_ = 0;
};

struct CommitOptions {
  static constexpr std::chrono::milliseconds kAsLongAsItTakes = std::chrono::milliseconds::max();
  static constexpr std::chrono::milliseconds kCallWait = std::chrono::seconds(10);  // clients wait longer for a reply

  // Where the commit is noted instead of being logged: the caller calls LogCommits before it reports the commit to
  // anyone. Null: it is logged at once.
  UnloggedCommits* log_later = nullptr;
  std::chrono::milliseconds longest_wait = kAsLongAsItTakes;  // for room, while the store takes no writes
};

// Changes of streams (IsChangeKey) are kept apart from all else, in one log with it: a batch may hold both, and commits
// whole. They are only put, walked and deleted by ranges.
// Thread-safe.
class Store {
 public:
  // Makes or opens the store in a directory, or makes one in memory.
  // Errors: kInternal with one sentence for the user: no store, another format, held by another process, unreadable.
  static Result<std::unique_ptr<Store>> Open(const StoreOptions& options);

  // Flushes, so that the next Open has no log to replay.
  ~Store();

  // Whether `key` is there; its value goes to `value`. Errors: kInternal.
  Result<bool> Get(std::string_view key, std::string& value) const;
  Result<bool> Get(std::string_view key, const Snapshot& snapshot, std::string& value) const;

  // Many at once: one entry a key, nullopt where it is not there. Errors: kInternal.
  Result<std::vector<std::optional<std::string>>> MultiGet(std::span<const std::string> keys) const;

  // Whether Commit would not wait for a full write buffer to become a file. Cheap.
  bool HasRoom() const;

  // Visible at once; logged at once unless the options say otherwise.
  // Errors: kInternal; then nothing of the batch is there, or it could not be logged, and the store takes no more
  // writes.
  Result<void> Commit(WriteBatch batch, const CommitOptions& options = {});

  // Whether anything that is visible is not in the log yet, and would be lost if the process died now. Cheap.
  bool HasUnlogged() const;
  // Writes to the log what is not there yet, the commits of others too: what was visible at the call lasts when it
  // returns. Errors: kInternal if that fails; then the store may take no writes any more. Without commits in `own` as
  // below: a disk that is full or does not answer is no reason not to read.
  Result<void> LogCommits(UnloggedCommits& own) const;
  // The same for a caller that only reads. False: writing the log failed, or others' write of it takes more than some
  // milliseconds; what is visible may be lost.
  bool LogCommits() const;

  // Gives back the space of keys k with begin <= k < end, all of which were deleted by DeleteRange and are read by
  // nobody any more. What shares files with other keys is merged in the background. Errors: kInternal.
  Result<void> GiveBack(std::string_view begin, std::string_view end);
  // Gives memory that is not used any more back to the system, if the store is in memory.
  void TrimMemory();

  // Merges all files, and drops what was deleted or written over. Errors: kInternal.
  Result<void> Compact();

  // RocksDB's numbers of memory, files and work under way, by its names for them.
  std::vector<std::pair<std::string, std::uint64_t>> Properties() const;

  std::unique_ptr<Snapshot> TakeSnapshot() const;
  Cursor Walk(std::string_view begin, std::string_view end, const Snapshot* snapshot = nullptr) const;

 private:
  struct Rep;
  explicit Store(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace dynarock
