// Threads for calls that take their time, so that no connection's thread waits for a function.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace dynarock {

// Thread-safe.
class BackgroundCalls {
 public:
  ~BackgroundCalls() { Wait(); }

  // Runs `call` on a thread of its own.
  void Start(std::function<void()> call) {
    {
      const std::lock_guard lock(mutex_);
      ++running_;
    }
    std::thread([this, call = std::move(call)] {
      call();
      const std::lock_guard lock(mutex_);
      --running_;
      ended_.notify_all();
    }).detach();
  }

  // Until all that were started have ended.
  void Wait() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  int running_ = 0;
};

}  // namespace dynarock
