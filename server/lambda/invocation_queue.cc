#include "server/lambda/invocation_queue.h"

#include <thread>

#include "engine/base/guarded.h"

namespace dynarock {

bool InvocationQueue::Add(const std::string& function, std::size_t bytes, std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  if (waiting_ >= limits_.waiting || bytes_ + bytes > limits_.bytes) return false;
  Line& line = lines_[function];
  line.waiting.push_back({bytes, std::move(call)});
  ++waiting_;
  bytes_ += bytes;
  if (threads_ < limits_.running && line.running < limits_.running_of_one()) StartThread();
  if (threads_ > 0) return true;
  // The machine has no thread for it, and none runs that could take it.
  line.waiting.pop_back();
  --waiting_;
  bytes_ -= bytes;
  return false;
}

void InvocationQueue::Drain() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return threads_ == 0; });
  if (waiting_ == 0) return;
  // No thread could be started for these.
  ++threads_;
  lock.unlock();
  Work();
}

// Requires: the lock.
void InvocationQueue::StartThread() {
  ++threads_;
  const bool started = Guarded("start of a thread", [this] { std::thread([this] { Work(); }).detach(); });
  if (!started) --threads_;  // those that run take the call
}

// The line whose turn it is; the end if none has a call that may begin. Requires: the lock.
std::map<std::string, InvocationQueue::Line>::iterator InvocationQueue::NextLine() {
  const auto may_begin = [this](const auto& entry) {
    return !entry.second.waiting.empty() && entry.second.running < limits_.running_of_one();
  };
  const auto found = std::find_if(lines_.upper_bound(last_), lines_.end(), may_begin);
  return found != lines_.end() ? found : std::find_if(lines_.begin(), lines_.end(), may_begin);
}

// Runs calls until there are none that may begin.
void InvocationQueue::Work() {
  std::unique_lock lock(mutex_);
  for (auto line = NextLine(); line != lines_.end(); line = NextLine()) {
    last_ = line->first;
    Call call = std::move(line->second.waiting.front());
    line->second.waiting.pop_front();
    ++line->second.running;
    --waiting_;
    bytes_ -= call.bytes;
    lock.unlock();
    Guarded("call of a function", [&] { call.run(); });
    call.run = nullptr;
    lock.lock();
    --line->second.running;
    if (line->second.running == 0 && line->second.waiting.empty()) lines_.erase(line);
  }
  --threads_;
  ended_.notify_all();
}

}  // namespace dynarock
