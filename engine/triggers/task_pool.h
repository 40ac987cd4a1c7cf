// A few threads for many tasks that mostly wait: each task does a step, pauses, and gets a thread again in its turn.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dynarock {

struct PoolSize {
  std::size_t threads = 64;

  // Steps of one group at once: half of what others leave, so groups whose steps block leave room for the next one.
  std::size_t for_one_group(std::size_t of_others) const {
    return std::max<std::size_t>(1, (threads - std::min(threads, of_others)) / 2);
  }
};

// Thread-safe. Tasks that are ready get a thread in the order in which they became ready, except that a group at its
// bound waits for its own steps. So no task starves while steps end. Threads start when they are needed and stay.
class TaskPool {
 public:
  using Clock = std::chrono::steady_clock;

  // Until when a task waits. A time that has passed means at once, behind the tasks that are ready.
  struct Pause {
    Clock::time_point until;
    bool ends_with_news = false;  // Wake ends it, also one that came during the step
  };

  // Gives the pause until the next step; nullopt if all is done. An exception ends the task.
  using Step = std::function<std::optional<Pause>()>;

  class Task;
  using TaskPtr = std::shared_ptr<Task>;

  explicit TaskPool(PoolSize size) : size_(size) {}
  // Requires: all tasks have ended.
  ~TaskPool();

  // A task that is ready. `ended` is called on a thread of the pool if a step was the last one; not if Stop ended the
  // task between two steps. Errors: std::system_error if there is no thread and none can be made.
  TaskPtr Add(const std::string& group, Step step, std::function<void()> ended);

  // There is news for the task. Cheap if it knows already.
  void Wake(const TaskPtr& task);

  // No further step. Does not wait for one that is under way.
  void Stop(const TaskPtr& task);

  // Whether no step runs, and none will.
  static bool HasEnded(const Task& task);

  // Waits until the task has ended and `ended` has returned. Requires: Stop; not called by a step.
  void Join(const TaskPtr& task);

  // How many threads there are.
  std::size_t threads() const;

 private:
  struct Group {
    std::size_t running = 0;
    std::size_t tasks = 0;
    std::map<std::uint64_t, TaskPtr> ready;  // by when they became ready
  };

  void MakeReady(const TaskPtr& task);
  void PutToSleep(const TaskPtr& task, Clock::time_point until);
  void TakeOut(const TaskPtr& task);
  void Offer(Group& group);
  void Withdraw(Group& group);
  Group* FindOffer() const;
  void WakeSleepers();
  void Forget(const TaskPtr& task);
  void HaveAThreadFor(bool is_needed);
  void Work();
  void WaitForWork(std::unique_lock<std::mutex>& lock);
  void RunNext(Group& group, std::unique_lock<std::mutex>& lock);
  void AfterStep(const TaskPtr& task, std::optional<Pause> pause, std::unique_lock<std::mutex>& lock);

  const PoolSize size_;
  mutable std::mutex mutex_;
  std::condition_variable work_;   // for threads without work
  std::condition_variable ended_;  // for Join
  std::map<std::string, Group> groups_;
  std::map<std::uint64_t, Group*> offers_;                    // groups with a ready task, by their first one
  std::set<std::pair<Clock::time_point, TaskPtr>> sleeping_;  // by when their pause ends
  std::uint64_t next_turn_ = 0;
  std::size_t running_ = 0;      // steps
  std::size_t idle_ = 0;         // threads without work
  bool has_timekeeper_ = false;  // one of these looks after the pauses
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace dynarock
