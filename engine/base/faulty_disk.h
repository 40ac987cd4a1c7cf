// For tests: what stands between a log and its disk (StoreOptions::log_fault).
#pragma once

#include <condition_variable>
#include <mutex>

namespace dynarock {

// A disk that takes what is written, does not answer for a while, or is broken.
class FaultyDisk {
 public:
  // Whether the write fails; at once unless the disk is frozen.
  bool Write() {
    std::unique_lock lock(mutex_);
    ++writes_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !is_frozen_; });
    return is_broken_;
  }
  void Freeze() { Set(is_frozen_, true); }
  void Thaw() { Set(is_frozen_, false); }
  void Break() { Set(is_broken_, true); }
  int writes() {
    const std::lock_guard lock(mutex_);
    return writes_;
  }
  void AwaitWrites(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return writes_ >= count; });
  }

 private:
  void Set(bool& what, bool value) {
    const std::lock_guard lock(mutex_);
    what = value;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_frozen_ = false;
  bool is_broken_ = false;
  int writes_ = 0;
};

}  // namespace dynarock
