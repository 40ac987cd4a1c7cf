#include "engine/triggers/task_pool.h"

#include <exception>
#include <system_error>

#include "engine/base/guarded.h"

namespace dynarock {

class TaskPool::Task {
 public:
  Task(Group& group, std::string group_name, Step step, std::function<void()> ended)
      : group_(group), group_name_(std::move(group_name)), step_(std::move(step)), when_ended_(std::move(ended)) {}

 private:
  friend class TaskPool;
  enum class Place { kReady, kSleeping, kRunning, kNowhere };

  Group& group_;  // until it is nowhere
  const std::string group_name_;
  const Step step_;
  const std::function<void()> when_ended_;
  std::atomic<bool> news_ = false;   // since the last step began
  std::atomic<bool> ended_ = false;  // no step runs, none will
  // Under the pool's lock:
  Place place_ = Place::kNowhere;
  bool stopped_ = false;
  bool gone_ = false;  // and `when_ended_` has returned
  bool ends_with_news_ = false;
  std::uint64_t turn_ = 0;   // while it is ready
  Clock::time_point until_;  // while it sleeps
};

TaskPool::~TaskPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

// All up to Add requires the lock.

// The group's first task waits for a thread. Call it after each change of the group; Withdraw before it.
void TaskPool::Offer(Group& group) {
  if (!group.ready.empty()) offers_[group.ready.begin()->first] = &group;
}

void TaskPool::Withdraw(Group& group) {
  if (!group.ready.empty()) offers_.erase(group.ready.begin()->first);
}

// The group whose task is next: not one at its bound. Null if there is none.
TaskPool::Group* TaskPool::FindOffer() const {
  for (const auto& [turn, group] : offers_) {
    if (group->running < size_.for_one_group(running_ - group->running)) return group;
  }
  return nullptr;
}

void TaskPool::MakeReady(const TaskPtr& task) {
  task->place_ = Task::Place::kReady;
  task->turn_ = next_turn_++;
  Withdraw(task->group_);
  task->group_.ready.emplace(task->turn_, task);
  Offer(task->group_);
}

void TaskPool::PutToSleep(const TaskPtr& task, Clock::time_point until) {
  task->place_ = Task::Place::kSleeping;
  task->until_ = until;
  const bool is_first = sleeping_.emplace(until, task).first == sleeping_.begin();
  if (is_first && has_timekeeper_) work_.notify_all();  // it waits for a later time
}

// Out of where it waits.
void TaskPool::TakeOut(const TaskPtr& task) {
  if (task->place_ == Task::Place::kSleeping) sleeping_.erase({task->until_, task});
  if (task->place_ == Task::Place::kReady) {
    Withdraw(task->group_);
    task->group_.ready.erase(task->turn_);
    Offer(task->group_);
  }
  task->place_ = Task::Place::kNowhere;
}

void TaskPool::WakeSleepers() {
  const Clock::time_point now = Clock::now();
  while (!sleeping_.empty() && sleeping_.begin()->first <= now) {
    const TaskPtr task = sleeping_.begin()->second;
    sleeping_.erase(sleeping_.begin());
    MakeReady(task);
  }
}

void TaskPool::Forget(const TaskPtr& task) {
  task->ended_ = true;
  if (--task->group_.tasks == 0) groups_.erase(task->group_name_);
}

// A thread that waits is woken, or one more is started, so that there is always one that looks after the pauses, as
// long as there may be more. Errors: std::system_error, if a thread `is_needed`: there is none yet.
void TaskPool::HaveAThreadFor(bool is_needed) {
  if (idle_ > 0) {
    work_.notify_one();
    return;
  }
  if (threads_.size() >= size_.threads || stopping_) return;
  try {
    threads_.emplace_back([this] { Work(); });
  } catch (const std::system_error&) {
    if (is_needed && threads_.empty()) throw;
  }
}

TaskPool::TaskPtr TaskPool::Add(const std::string& group, Step step, std::function<void()> ended) {
  const std::lock_guard lock(mutex_);
  HaveAThreadFor(true);
  Group& found = groups_[group];
  const auto task = std::make_shared<Task>(found, group, std::move(step), std::move(ended));
  ++found.tasks;
  MakeReady(task);
  return task;
}

void TaskPool::Wake(const TaskPtr& task) {
  if (task->news_.exchange(true)) return;
  const std::lock_guard lock(mutex_);
  if (task->place_ != Task::Place::kSleeping || !task->ends_with_news_) return;
  TakeOut(task);
  MakeReady(task);
  HaveAThreadFor(false);
}

void TaskPool::Stop(const TaskPtr& task) {
  const std::lock_guard lock(mutex_);
  task->stopped_ = true;
  if (task->place_ == Task::Place::kRunning || task->ended_) return;
  TakeOut(task);
  Forget(task);
  task->gone_ = true;
  ended_.notify_all();
}

bool TaskPool::HasEnded(const Task& task) {
  return task.ended_;
}

void TaskPool::Join(const TaskPtr& task) {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return task->gone_; });
}

std::size_t TaskPool::threads() const {
  const std::lock_guard lock(mutex_);
  return threads_.size();
}

void TaskPool::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    WakeSleepers();
    if (Group* const group = FindOffer()) {
      RunNext(*group, lock);
    } else if (stopping_) {
      return;
    } else {
      WaitForWork(lock);
    }
  }
}

// One of the threads that wait looks at the time.
void TaskPool::WaitForWork(std::unique_lock<std::mutex>& lock) {
  ++idle_;
  if (has_timekeeper_ || sleeping_.empty()) {
    work_.wait(lock);
  } else {
    has_timekeeper_ = true;
    const Clock::time_point until = sleeping_.begin()->first;  // the task may be gone by then
    work_.wait_until(lock, until);
    has_timekeeper_ = false;
  }
  --idle_;
}

void TaskPool::RunNext(Group& group, std::unique_lock<std::mutex>& lock) {
  const TaskPtr task = group.ready.begin()->second;
  TakeOut(task);
  Withdraw(group);
  ++group.running;
  ++running_;
  Offer(group);
  task->place_ = Task::Place::kRunning;
  HaveAThreadFor(false);  // for what is ready besides, and for the time
  lock.unlock();
  task->news_ = false;
  std::optional<Pause> pause;
  Guarded("task of triggers", [&] { pause = task->step_(); });
  lock.lock();
  Withdraw(group);
  --group.running;
  --running_;
  Offer(group);
  AfterStep(task, pause, lock);
}

void TaskPool::AfterStep(const TaskPtr& task, std::optional<Pause> pause, std::unique_lock<std::mutex>& lock) {
  task->place_ = Task::Place::kNowhere;
  if (pause && !task->stopped_) {
    task->ends_with_news_ = pause->ends_with_news;
    const bool is_now = pause->until <= Clock::now() || (pause->ends_with_news && task->news_);
    if (is_now) {
      MakeReady(task);
    } else {
      PutToSleep(task, pause->until);
    }
    return;
  }
  Forget(task);
  lock.unlock();
  if (task->when_ended_) Guarded("end of a task of triggers", task->when_ended_);
  lock.lock();
  task->gone_ = true;
  ended_.notify_all();
}

}  // namespace dynarock
