// Threads for Invoke, so that no connection waits for a function; calls wait in a queue while all of them are busy.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace dynarock {

struct QueueLimits {
  int running = 8;                          // calls at once
  std::size_t waiting = 1000;               // calls
  std::size_t bytes = 64ULL * 1024 * 1024;  // payloads of calls that wait

  // One function leaves room for others.
  int running_of_one() const { return std::max(1, running / 2); }
};

// Thread-safe. Calls of one function begin in their order; those of another do not wait for them.
class InvocationQueue {
 public:
  explicit InvocationQueue(QueueLimits limits) : limits_(limits) {}
  ~InvocationQueue() { Drain(); }

  // Runs `call` on a thread of the queue; false if too many wait, then it is not run. `function` is a name that is
  // unique among all databases, `bytes` the size of the payload.
  [[nodiscard]] bool Add(const std::string& function, std::size_t bytes, std::function<void()> call);

  // Waits until all calls have ended, those that wait as well.
  void Drain();

 private:
  struct Call {
    std::size_t bytes;
    std::function<void()> run;
  };
  struct Line {
    std::deque<Call> waiting;
    int running = 0;
  };

  void StartThread();
  void Work();
  std::map<std::string, Line>::iterator NextLine();

  const QueueLimits limits_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, Line> lines_;  // by function; only those that have calls
  std::string last_;                   // the function whose call was begun last: the next one's turn comes after it
  std::size_t waiting_ = 0;
  std::size_t bytes_ = 0;
  int threads_ = 0;
};

}  // namespace dynarock
