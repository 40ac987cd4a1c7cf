// Work that begins with the first use of something, such as the first stream of a database.
#pragma once

#include <functional>
#include <mutex>

namespace dynarock {

// Thread-safe.
class FirstUse {
 public:
  // Begins when the use comes, or at once if it has come. Called at most once.
  void Begin(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      if (!has_come_) {
        work_ = std::move(work);
        return;
      }
    }
    work();
  }

  void Come() {
    std::function<void()> work;
    {
      const std::lock_guard lock(mutex_);
      if (has_come_) return;
      has_come_ = true;
      work.swap(work_);
    }
    if (work) work();
  }

 private:
  std::mutex mutex_;
  bool has_come_ = false;
  std::function<void()> work_;
};

}  // namespace dynarock
