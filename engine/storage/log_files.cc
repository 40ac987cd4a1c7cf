#include "engine/storage/log_files.h"

#include <algorithm>
#include <utility>

namespace dynarock {
namespace {

constexpr std::size_t kKeptCapacity = 1 << 20;  // bytes of memory that are kept for the next round

}  // namespace

// A file on the disk.
struct LogFiles::Target {
  explicit Target(std::unique_ptr<rocksdb::FSWritableFile> own) : file(std::move(own)) {}
  const std::unique_ptr<rocksdb::FSWritableFile> file;
  std::uint64_t size = 0;          // bytes written, used by rounds
  rocksdb::IOStatus failure = {};  // under the lock: RocksDB learns of it at its next call
};

// A log file as RocksDB sees it.
class LogFiles::File final : public rocksdb::FSWritableFileWrapper {
 public:
  File(LogFiles& files, std::shared_ptr<Target> target)
      : FSWritableFileWrapper(target->file.get()), files_(files), target_(std::move(target)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return files_.Append(target_, bytes);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& bytes, const rocksdb::IOOptions&, const rocksdb::DataVerificationInfo&,
                           rocksdb::IODebugContext*) override {
    return files_.Append(target_, bytes);
  }
  rocksdb::IOStatus Flush(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return files_.FailureOf(*target_);
  }
  // Not in a round, which those who commit may wait for: RocksDB syncs files that it appends no more to.
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    const rocksdb::IOStatus written = files_.Write(false, Patience::kUnlimited);
    return written.ok() ? target_->file->Sync(options, context) : written;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    return Sync(options, context);
  }
  rocksdb::IOStatus Close(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return files_.Close(*target_);
  }
  bool IsSyncThreadSafe() const override { return true; }
  // Rounds do these.
  void PrepareWrite(std::size_t, std::size_t, const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {}
  rocksdb::IOStatus Allocate(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&,
                             rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::OK();
  }

 private:
  LogFiles& files_;
  const std::shared_ptr<Target> target_;
};

std::unique_ptr<rocksdb::FSWritableFile> LogFiles::Wrap(std::unique_ptr<rocksdb::FSWritableFile> target) {
  return std::make_unique<File>(*this, std::make_shared<Target>(std::move(target)));
}

rocksdb::IOStatus LogFiles::Append(const std::shared_ptr<Target>& target, const rocksdb::Slice& bytes) {
  const std::lock_guard lock(mutex_);
  if (!target->failure.ok()) return target->failure;
  if (pieces_.empty() || pieces_.back().target != target) pieces_.push_back({target, {}});
  pieces_.back().bytes.append(bytes.data(), bytes.size());
  appended_ += bytes.size();
  return rocksdb::IOStatus::OK();
}

rocksdb::IOStatus LogFiles::FailureOf(Target& target) {
  const std::lock_guard lock(mutex_);
  return target.failure;
}

bool LogFiles::IsDone(const Request& request) const {
  return request.end <= written_ && (!request.sync || request.end <= synced_);
}

rocksdb::IOStatus LogFiles::Write(bool sync, Patience patience) {
  Lock lock(mutex_);
  Request request{.end = appended_, .sync = sync};
  if (IsDone(request)) return rocksdb::IOStatus::OK();
  waiting_.push_back(&request);
  while (!request.is_done) {
    if (!is_writing_) {
      WriteRound(lock);
    } else if (patience == Patience::kUnlimited) {
      changed_.wait(lock);
    } else if (const auto end = round_began_ + kStall; Clock::now() < end) {
      changed_.wait_until(lock, end);
    } else {
      std::erase(waiting_, &request);
      return rocksdb::IOStatus::TimedOut("the disk does not answer");
    }
  }
  return request.status;
}

// Writes all that was appended. Requires: no thread is writing.
void LogFiles::WriteRound(Lock& lock) {
  is_writing_ = true;
  round_began_ = Clock::now();
  std::swap(taken_, pieces_);
  const std::uint64_t end = appended_;
  for (const Piece& piece : taken_) {
    if (std::find(unsynced_.begin(), unsynced_.end(), piece.target) == unsynced_.end()) {
      unsynced_.push_back(piece.target);
    }
  }
  const bool sync = std::any_of(waiting_.begin(), waiting_.end(), [](const Request* one) { return one->sync; });
  const std::vector<std::shared_ptr<Target>> to_sync = sync ? unsynced_ : decltype(unsynced_)();
  lock.unlock();
  rocksdb::IOStatus status = WritePieces(taken_);
  if (status.ok()) status = Sync(to_sync);
  lock.lock();
  if (!status.ok()) {
    for (const Piece& piece : taken_) piece.target->failure = status;
    for (const auto& target : to_sync) target->failure = status;
  }
  written_ = end;
  if (sync) {
    synced_ = end;
    unsynced_.clear();
  }
  // Its memory serves the next round.
  if (taken_.size() != 1 || taken_[0].bytes.capacity() > kKeptCapacity || !pieces_.empty()) {
    taken_.clear();
  } else {
    taken_[0].bytes.clear();
    std::swap(taken_, pieces_);
  }
  std::erase_if(waiting_, [&](Request* request) {
    if (!IsDone(*request)) return false;
    request->status = status;
    return request->is_done = true;
  });
  is_writing_ = false;
  changed_.notify_all();
}

rocksdb::IOStatus LogFiles::WritePieces(const std::vector<Piece>& pieces) {
  const rocksdb::IOOptions options;
  for (const Piece& piece : pieces) {
    if (piece.bytes.empty()) continue;
    if (fault_ && fault_()) return rocksdb::IOStatus::IOError("a fault of a test");
    piece.target->file->PrepareWrite(piece.target->size, piece.bytes.size(), options, nullptr);
    const rocksdb::IOStatus status = piece.target->file->Append(piece.bytes, options, nullptr);
    if (!status.ok()) return status;
    piece.target->size += piece.bytes.size();
  }
  return rocksdb::IOStatus::OK();
}

rocksdb::IOStatus LogFiles::Sync(const std::vector<std::shared_ptr<Target>>& targets) {
  for (const auto& target : targets) {
    const rocksdb::IOStatus status = target->file->Sync(rocksdb::IOOptions(), nullptr);
    if (!status.ok()) return status;
  }
  return rocksdb::IOStatus::OK();
}

// RocksDB closes a file that it needs no more; a round must not lose it meanwhile.
rocksdb::IOStatus LogFiles::Close(Target& target) {
  static_cast<void>(Write(false, Patience::kUnlimited));
  Lock lock(mutex_);
  changed_.wait(lock, [this] { return !is_writing_; });
  std::erase_if(unsynced_, [&](const auto& other) { return other.get() == &target; });
  const auto is_of_target = [&](const Piece& piece) { return piece.target.get() == &target; };
  std::erase_if(pieces_, is_of_target);
  return target.file->Close(rocksdb::IOOptions(), nullptr);
}

}  // namespace dynarock
