// One thread for work that must hold up no request. It starts with the first task and stops with the object.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

namespace dynarock {

// Thread-safe.
class Background {
 public:
  // Does a short piece of work. Gives the pause until the next one, or nullopt if all is done.
  using Task = std::function<std::optional<std::chrono::milliseconds>()>;

  ~Background();

  void Add(Task task);

  // Ends all tasks; when it returns, none runs any more.
  void Stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Entry {
    Task task;
    Time due;
  };

  void Run();
  // The entry that is due first. Requires: there is one.
  std::list<Entry>::iterator Next();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Entry> entries_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace dynarock
