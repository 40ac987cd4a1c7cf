#include "engine/database/background.h"

#include "engine/base/guarded.h"

namespace dynarock {
namespace {

constexpr std::chrono::minutes kPauseBehindFailure(1);

std::optional<std::chrono::milliseconds> RunPiece(const Background::Task& task) {
  std::optional<std::chrono::milliseconds> pause = kPauseBehindFailure;
  Guarded("background task", [&] { pause = task(); });
  return pause;
}

}  // namespace

Background::~Background() {
  Stop();
}

void Background::Add(Task task) {
  const std::lock_guard lock(mutex_);
  if (is_stopping_) return;
  tasks_.emplace(std::chrono::steady_clock::now(), std::move(task));
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

void Background::Run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (tasks_.empty()) {
      changed_.wait(lock);
      continue;
    }
    if (const Time due = tasks_.begin()->first; due > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, due);
      continue;
    }
    auto next = tasks_.extract(tasks_.begin());
    lock.unlock();
    const auto pause = RunPiece(next.mapped());
    lock.lock();
    if (!pause) continue;
    next.key() = std::chrono::steady_clock::now() + *pause;
    tasks_.insert(std::move(next));
  }
}

}  // namespace dynarock
