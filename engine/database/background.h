// One thread for work that must hold up no request. It starts with the first task and stops with the object.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace dynarock {

// Thread-safe. Any number of tasks may wait; what one costs does not depend on how many there are.
class Background {
 public:
  // Does a short piece of work. Gives the pause until the next one, or nullopt if all is done. An exception is logged
  // and ends the piece; the next one begins a minute later.
  using Task = std::function<std::optional<std::chrono::milliseconds>()>;

  ~Background();

  void Add(Task task);

  // Ends all tasks; when it returns, none runs any more.
  void Stop();

 private:
  using Time = std::chrono::steady_clock::time_point;

  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Time, Task> tasks_;  // by when they are due
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace dynarock
