// One thread for ends that take their time: of processes, of folders. No request and no lock waits for them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace dynarock {

// Thread-safe. The thread starts with the first task.
class Disposal {
 public:
  // Runs all that was added, then ends.
  ~Disposal();

  void Add(std::function<void()> task);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dynarock
