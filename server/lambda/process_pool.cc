#include "server/lambda/process_pool.h"

#include "engine/base/guarded.h"

namespace dynarock {

ProcessPool::~ProcessPool() {
  cooling_.request_stop();
  if (cooling_.joinable()) cooling_.join();
  std::unique_lock lock(mutex_);
  for (auto& [owner, held] : owners_) EndIdle(held);
  changed_.wait(lock, [this] { return ending_ == 0; });
}

// The process that was used last, as it is the warmest; null if there is none. Requires: the lock.
ProcessPtr ProcessPool::TakeIdle(Held& held) {
  while (!held.idle.empty()) {
    ProcessPtr process = std::move(held.idle.back().process);
    held.idle.pop_back();
    if (process->alive()) return process;
    End(std::move(process));
  }
  return nullptr;
}

// Whether a process may be started now; if not, the longest idle one of all is asked to make room. Requires: the lock.
bool ProcessPool::HasRoom(const Held& held) {
  const int own = static_cast<int>(held.busy.size()) + held.starting;
  if (own >= limits_.for_one()) return false;
  if (count_ < limits_.processes) return true;
  if (ending_ == 0) EndOldestIdle();
  return false;
}

// Requires: the lock.
void ProcessPool::EndOldestIdle() {
  Held* oldest = nullptr;
  for (auto& [owner, held] : owners_) {
    if (held.idle.empty()) continue;
    if (oldest == nullptr || held.idle.front().since < oldest->idle.front().since) oldest = &held;
  }
  if (oldest == nullptr) return;
  End(std::move(oldest->idle.front().process));
  oldest->idle.erase(oldest->idle.begin());
}

// Requires: the lock.
void ProcessPool::EndIdle(Held& held) {
  for (Idle& idle : held.idle) End(std::move(idle.process));
  held.idle.clear();
}

// Kills it now and waits for it elsewhere. Requires: the lock.
void ProcessPool::End(ProcessPtr process) {
  process->Kill();
  ++ending_;
  disposal_.Add([this, shared = std::shared_ptr<FunctionProcess>(std::move(process))]() mutable {
    shared.reset();
    const std::lock_guard lock(mutex_);
    --ending_;
    --count_;
    changed_.notify_all();
  });
}

Result<ProcessPtr> ProcessPool::Take(Owner owner, const Starter& start) {
  std::unique_lock lock(mutex_);
  Held& held = owners_[owner];  // stays where it is until Forget
  ProcessPtr process;
  changed_.wait(lock, [&] { return held.closed || (process = TakeIdle(held)) || HasRoom(held); });
  if (held.closed) return InternalError("The function is stopping.");
  if (!process) {
    ++count_;
    ++held.starting;
    lock.unlock();
    Result<ProcessPtr> started = InternalError("The function could not be started.");
    Guarded("start of a function", [&] { started = start(); });
    lock.lock();
    --held.starting;
    if (!started) {
      --count_;
      changed_.notify_all();
      return started;
    }
    process = std::move(*started);
  }
  held.busy.insert(process.get());
  if (held.closed) process->Kill();
  return process;
}

void ProcessPool::PutBack(Owner owner, ProcessPtr process) {
  const std::lock_guard lock(mutex_);
  Held& held = owners_[owner];
  held.busy.erase(process.get());
  if (process->alive() && !held.closed) {
    held.idle.push_back({std::move(process), Clock::now()});
    KeepWarm();
  } else {
    End(std::move(process));
  }
  changed_.notify_all();
}

void ProcessPool::Close(Owner owner) {
  const std::lock_guard lock(mutex_);
  Held& held = owners_[owner];
  held.closed = true;
  for (FunctionProcess* process : held.busy) process->Kill();
  EndIdle(held);
  changed_.notify_all();
}

void ProcessPool::Forget(Owner owner) {
  const std::lock_guard lock(mutex_);
  const auto found = owners_.find(owner);
  if (found == owners_.end()) return;
  EndIdle(found->second);
  owners_.erase(found);
}

// Requires: the lock.
void ProcessPool::KeepWarm() {
  if (cooling_.joinable()) return;
  cooling_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) Guarded("end of idle functions", [&] { EndCooled(stop); });
  });
}

// Ends processes when they have been idle for long, until the stop.
void ProcessPool::EndCooled(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const Clock::time_point now = Clock::now();
    Clock::time_point next = now + limits_.warm_time;
    for (auto& [owner, held] : owners_) {
      while (!held.idle.empty() && held.idle.front().since + limits_.warm_time <= now) {
        End(std::move(held.idle.front().process));
        held.idle.erase(held.idle.begin());
      }
      if (!held.idle.empty()) next = std::min(next, held.idle.front().since + limits_.warm_time);
    }
    changed_.wait_until(lock, stop, next, [] { return false; });
  }
}

}  // namespace dynarock
