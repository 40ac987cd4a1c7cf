// The files of RocksDB's log, written outside of RocksDB's locks: reads need some of them too, and a disk that does not
// answer must hold up only those who wait for the log.
#pragma once

#include <rocksdb/file_system.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace dynarock {

// Thread-safe. What RocksDB appends to a log file goes to memory; Write brings it to the disk. One thread at a time
// writes, for all that wait. Must outlive its files.
class LogFiles {
 public:
  enum class Patience { kUnlimited, kUntilItStalls };
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kStall{20};  // a write that takes longer has stalled

  // `fault` is called before each write; true: the write fails. For tests, may be null.
  explicit LogFiles(std::function<bool()> fault = {}) : fault_(std::move(fault)) {}
  LogFiles(const LogFiles&) = delete;
  LogFiles& operator=(const LogFiles&) = delete;

  // The file in place of `target`, for RocksDB.
  std::unique_ptr<rocksdb::FSWritableFile> Wrap(std::unique_ptr<rocksdb::FSWritableFile> target);

  // Writes what was appended before the call, and with `sync` makes it survive the death of the machine.
  // Errors: TimedOut if another thread's write stalls and `patience` has an end; else those of the file, to which
  // nothing more can be appended then.
  rocksdb::IOStatus Write(bool sync, Patience patience);

 private:
  class File;
  struct Target;
  struct Piece {
    std::shared_ptr<Target> target;
    std::string bytes;
  };
  struct Request {
    std::uint64_t end;  // of appended bytes that it waits for
    bool sync;
    bool is_done = false;
    rocksdb::IOStatus status = {};
  };
  using Lock = std::unique_lock<std::mutex>;

  rocksdb::IOStatus Append(const std::shared_ptr<Target>& target, const rocksdb::Slice& bytes);
  bool IsDone(const Request& request) const;
  void WriteRound(Lock& lock);
  rocksdb::IOStatus WritePieces(const std::vector<Piece>& pieces);
  static rocksdb::IOStatus Sync(const std::vector<std::shared_ptr<Target>>& targets);
  rocksdb::IOStatus Close(Target& target);
  rocksdb::IOStatus FailureOf(Target& target);

  const std::function<bool()> fault_;
  std::mutex mutex_;  // held for moments only
  std::condition_variable changed_;
  std::vector<Piece> pieces_;                      // appended and not yet taken by a round
  std::vector<Piece> taken_;                       // by the round under way
  std::uint64_t appended_ = 0;                     // bytes, of all files together
  std::uint64_t written_ = 0;                      // of them
  std::uint64_t synced_ = 0;                       // of them
  std::vector<Request*> waiting_;                  // for rounds
  bool is_writing_ = false;                        // a thread is in a round, or closes a file
  Clock::time_point round_began_{};                // of the round under way
  std::vector<std::shared_ptr<Target>> unsynced_;  // open files with bytes that were written and not synced
};

}  // namespace dynarock
