#include "server/lambda/invocation_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace dynarock {
namespace {

// Calls that wait until the gate opens.
class Gate {
 public:
  std::function<void()> Call() {
    return [this] {
      const int running = ++running_;
      for (int seen = most_; running > seen && !most_.compare_exchange_weak(seen, running);) continue;
      std::unique_lock lock(mutex_);
      opened_.wait(lock, [this] { return open_; });
      --running_;
      ++done_;
    };
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  int running() const { return running_; }
  int most() const { return most_; }
  int done() const { return done_; }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
  std::atomic<int> running_ = 0, most_ = 0, done_ = 0;
};

void WaitFor(const std::function<bool()>& condition) {
  while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(InvocationQueue, CallsAtOnceAreBoundedPerFunctionAndInAll) {
  Gate a, b, c;
  InvocationQueue queue({.running = 6});
  for (int i = 0; i < 80; ++i) EXPECT_TRUE(queue.Add("a", 1, a.Call()));
  WaitFor([&] { return a.running() == 3; });
  EXPECT_TRUE(queue.Add("b", 1, b.Call()));
  WaitFor([&] { return b.running() == 1; });
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(queue.Add("c", 1, c.Call()));
  WaitFor([&] { return c.running() == 2; });
  for (Gate* gate : {&a, &b, &c}) gate->Open();
  queue.Drain();
  EXPECT_EQ(a.done() + b.done() + c.done(), 101);
  EXPECT_EQ(a.most(), 3);
  EXPECT_LE(c.most(), 3);
}

TEST(InvocationQueue, CallsThatWaitAreBounded) {
  Gate gate;
  InvocationQueue queue({.running = 2, .waiting = 3, .bytes = 10});
  EXPECT_TRUE(queue.Add("f", 10, gate.Call()));
  WaitFor([&] { return gate.running() == 1; });
  EXPECT_TRUE(queue.Add("f", 6, gate.Call()));
  EXPECT_FALSE(queue.Add("f", 5, gate.Call()));
  EXPECT_TRUE(queue.Add("f", 2, gate.Call()));
  EXPECT_TRUE(queue.Add("f", 0, gate.Call()));
  EXPECT_FALSE(queue.Add("f", 0, gate.Call()));
  gate.Open();
  queue.Drain();
  EXPECT_EQ(gate.done(), 4);
}

TEST(InvocationQueue, WhatACallThrowsEndsNothing) {
  Gate gate;
  InvocationQueue queue({.running = 1});
  EXPECT_TRUE(queue.Add("f", 0, [] { throw std::runtime_error("on purpose"); }));
  gate.Open();
  EXPECT_TRUE(queue.Add("f", 0, gate.Call()));
  queue.Drain();
  EXPECT_EQ(gate.done(), 1);
}

}  // namespace
}  // namespace dynarock
