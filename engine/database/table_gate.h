// Lets many writers into a table, or one who changes or deletes it. Meets SharedMutex's requirements.
#pragma once

#include <atomic>
#include <shared_mutex>

namespace dynarock {

// A plain std::shared_mutex prefers those who share it, so that writers without a pause would keep a change out for
// ever.
class TableGate {
 public:
  void lock() {
    is_wanted_.store(true);
    mutex_.lock();
    is_wanted_.store(false);
    is_wanted_.notify_all();
  }
  void unlock() { mutex_.unlock(); }

  void lock_shared() {
    if (try_lock_shared()) return;
    was_in_the_way_.store(true);
    while (is_wanted_.load()) is_wanted_.wait(true);
    mutex_.lock_shared();
  }
  bool try_lock_shared() { return !is_wanted_.load() && mutex_.try_lock_shared(); }
  void unlock_shared() { mutex_.unlock_shared(); }

  // Whether a writer had to wait since this was asked last: who takes the gate again and again should pause then.
  bool TakeWasInTheWay() { return was_in_the_way_.exchange(false); }

 private:
  std::atomic<bool> is_wanted_ = false;
  std::atomic<bool> was_in_the_way_ = false;
  std::shared_mutex mutex_;
};

}  // namespace dynarock
