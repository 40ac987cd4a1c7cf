#include "engine/triggers/task_pool.h"

#include <gtest/gtest.h>

#include <future>

namespace dynarock {
namespace {

using Clock = TaskPool::Clock;
using Pause = TaskPool::Pause;

constexpr std::chrono::seconds kPatience(60);

// A step that waits until it is let go.
class Gate {
 public:
  void Pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  bool AwaitWaiting(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return waiting_ >= count; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

class TaskPoolTest : public testing::Test {
 protected:
  ~TaskPoolTest() override {
    gate_.Open();
    for (const auto& task : tasks_) pool_->Stop(task);
    for (const auto& task : tasks_) pool_->Join(task);
  }

  void Open(std::size_t threads) { pool_.emplace(PoolSize{.threads = threads}); }

  TaskPool::TaskPtr Add(const std::string& group, TaskPool::Step step, std::function<void()> ended = {}) {
    tasks_.push_back(pool_->Add(group, std::move(step), std::move(ended)));
    return tasks_.back();
  }

  void AddBlocked(const std::string& group, int count) {
    for (int i = 0; i < count; ++i) {
      Add(group, [this]() -> std::optional<Pause> {
        gate_.Pass();
        return std::nullopt;
      });
    }
  }

  // Whether a task of `group` gets a thread.
  bool Runs(const std::string& group) {
    const auto ran = std::make_shared<std::promise<void>>();
    Add(group, [ran]() -> std::optional<Pause> {
      ran->set_value();
      return std::nullopt;
    });
    return ran->get_future().wait_for(kPatience) == std::future_status::ready;
  }

  Gate gate_;
  std::optional<TaskPool> pool_;
  std::vector<TaskPool::TaskPtr> tasks_;
};

TEST_F(TaskPoolTest, ManyTasksHaveFewThreads) {
  Open(4);
  std::atomic<int> running = 0, most = 0, done = 0;
  for (int i = 0; i < 5'000; ++i) {
    Add("g" + std::to_string(i % 500), [&, steps = 0]() mutable -> std::optional<Pause> {
      const int now = ++running;
      for (int before = most; before < now && !most.compare_exchange_weak(before, now);) continue;
      --running;
      if (++steps < 3) return Pause{Clock::now() + std::chrono::milliseconds(1)};
      ++done;
      return std::nullopt;
    });
  }
  for (const auto& task : tasks_) pool_->Join(task);
  EXPECT_EQ(done, 5'000);
  EXPECT_LE(most, 4);
  EXPECT_LE(pool_->threads(), 4U);
}

// Tasks that are always ready: none has more turns than another.
TEST_F(TaskPoolTest, TurnsGoRound) {
  Open(1);
  AddBlocked("first", 1);
  ASSERT_TRUE(gate_.AwaitWaiting(1));
  constexpr int kTasks = 50, kTurns = 40;
  std::vector<int> turns(kTasks);
  std::promise<void> enough;
  bool is_over = false;
  for (int i = 0; i < kTasks; ++i) {
    Add("g" + std::to_string(i % 7), [&, i]() -> std::optional<Pause> {
      if (!is_over && ++turns[i] == kTurns) {
        is_over = true;
        enough.set_value();
      }
      return is_over ? std::nullopt : std::optional(Pause{});
    });
  }
  gate_.Open();
  ASSERT_EQ(enough.get_future().wait_for(kPatience), std::future_status::ready);
  for (const auto& task : tasks_) pool_->Join(task);
  for (const int count : turns) EXPECT_GE(count, kTurns - 1);
}

TEST_F(TaskPoolTest, AGroupThatBlocksLeavesRoom) {
  Open(4);
  AddBlocked("hangs", 10);
  ASSERT_TRUE(gate_.AwaitWaiting(2));
  EXPECT_TRUE(Runs("other"));
  EXPECT_TRUE(gate_.AwaitWaiting(2));
  gate_.Open();
  for (const auto& task : tasks_) pool_->Join(task);
}

TEST_F(TaskPoolTest, SeveralGroupsThatBlockLeaveRoom) {
  Open(16);
  int blocked = 0;
  for (const int taken : {8, 4, 2, 1}) {
    AddBlocked("hangs" + std::to_string(taken), 20);
    blocked += taken;
    ASSERT_TRUE(gate_.AwaitWaiting(blocked));
    EXPECT_TRUE(Runs("other"));
  }
  gate_.Open();
  for (const auto& task : tasks_) pool_->Join(task);
}

TEST_F(TaskPoolTest, PausesEndWhileOtherTasksBlock) {
  Open(8);
  std::promise<void> woken;
  Add("sleeps", [&, steps = 0]() mutable -> std::optional<Pause> {
    if (++steps == 2) {
      woken.set_value();
      return std::nullopt;
    }
    return Pause{Clock::now() + std::chrono::milliseconds(20)};
  });
  AddBlocked("hangs", 3);
  ASSERT_TRUE(gate_.AwaitWaiting(3));
  EXPECT_EQ(woken.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST_F(TaskPoolTest, NewsEndsAPauseThatWaitsForIt) {
  Open(2);
  constexpr int kNews = 2'000;
  std::atomic<int> said = 0, heard = 0;
  const auto task = Add("g", [&]() -> std::optional<Pause> {
    heard = said.load();
    return heard == kNews ? std::nullopt : std::optional(Pause{Clock::now() + std::chrono::hours(1), true});
  });
  for (int i = 0; i < kNews; ++i) {
    ++said;
    pool_->Wake(task);
  }
  pool_->Join(task);  // the last news is never lost
  EXPECT_EQ(heard, kNews);
}

TEST_F(TaskPoolTest, NewsDoesNotEndOtherPauses) {
  Open(2);
  std::atomic<int> steps = 0;
  const auto task = Add("g", [&]() -> std::optional<Pause> {
    ++steps;
    return Pause{Clock::now() + std::chrono::hours(1)};
  });
  while (steps == 0) std::this_thread::yield();
  for (int i = 0; i < 100; ++i) pool_->Wake(task);
  EXPECT_TRUE(Runs("g"));
  EXPECT_EQ(steps, 1);
}

TEST_F(TaskPoolTest, StopEndsWhatWaitsAtOnceAndWaitsForNoStep) {
  Open(2);
  AddBlocked("a", 1);
  AddBlocked("b", 1);
  ASSERT_TRUE(gate_.AwaitWaiting(2));
  bool stepped = false;
  const auto ready = Add("c", [&]() -> std::optional<Pause> {
    stepped = true;
    return std::nullopt;
  });
  for (const auto& task : tasks_) pool_->Stop(task);
  EXPECT_TRUE(TaskPool::HasEnded(*ready));
  EXPECT_FALSE(TaskPool::HasEnded(*tasks_[0]));
  gate_.Open();
  for (const auto& task : tasks_) pool_->Join(task);
  EXPECT_TRUE(TaskPool::HasEnded(*tasks_[0]));
  EXPECT_FALSE(stepped);
}

TEST_F(TaskPoolTest, AnExceptionEndsOneTaskAndSaysSo) {
  Open(1);
  std::promise<void> ended;
  Add(
      "g", []() -> std::optional<Pause> { throw std::runtime_error("broken"); }, [&] { ended.set_value(); });
  EXPECT_EQ(ended.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_TRUE(Runs("g"));
}

}  // namespace
}  // namespace dynarock
