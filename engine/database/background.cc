#include "engine/database/background.h"

#include <algorithm>

namespace dynarock {

Background::~Background() {
  Stop();
}

void Background::Add(Task task) {
  const std::lock_guard lock(mutex_);
  if (is_stopping_) return;
  entries_.push_back({std::move(task), std::chrono::steady_clock::now()});
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  changed_.notify_all();
}

void Background::Stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

std::list<Background::Entry>::iterator Background::Next() {
  return std::min_element(entries_.begin(), entries_.end(),
                          [](const Entry& a, const Entry& b) { return a.due < b.due; });
}

void Background::Run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (entries_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto entry = Next();
    if (entry->due > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, Time(entry->due));
      continue;
    }
    lock.unlock();
    const auto pause = entry->task();  // entries are removed by this thread alone
    lock.lock();
    if (pause) {
      entry->due = std::chrono::steady_clock::now() + *pause;
    } else {
      entries_.erase(entry);
    }
  }
}

}  // namespace dynarock
