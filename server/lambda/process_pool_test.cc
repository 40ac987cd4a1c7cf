#include "server/lambda/process_pool.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "engine/base/uuid.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class ProcessPoolTest : public testing::Test {
 protected:
  ProcessPoolTest() {
    fs::create_directories(code_);
    std::ofstream(code_ / "bootstrap") << "#!/bin/sh\nexec sleep 300\n";
    fs::permissions(code_ / "bootstrap", fs::perms::owner_all);
  }
  ~ProcessPoolTest() override { fs::remove_all(code_); }

  Result<ProcessPtr> Start() const {
    FunctionDefinition function;
    function.name = "sleeper";
    function.runtime = "provided";
    function.code_directory = code_.string();
    return FunctionProcess::Start(function, surroundings_);
  }

  ProcessPtr Take(ProcessPool& pool, const void* owner) {
    return std::move(*pool.Take(owner, [this] { return Start(); }));
  }

  const fs::path code_ = fs::temp_directory_path() / ("dynarock-pool-" + NewUuid());
  const FunctionSurroundings surroundings_ = {.region = "us-east-1",
                                              .account_id = "000000000000",
                                              .access_key_id = "key",
                                              .endpoint = "http://127.0.0.1:1",
                                              .bundle_file = {},
                                              .state_directory = code_.string(),
                                              .code_folders = nullptr,
                                              .destinations = {},
                                              .allowed_hosts = {}};
  int a_ = 0, b_ = 0, c_ = 0;  // owners
};

TEST_F(ProcessPoolTest, AnIdleProcessIsTakenAgain) {
  Disposal disposal;
  ProcessPool pool({.processes = 4}, disposal);
  ProcessPtr process = Take(pool, &a_);
  const FunctionProcess* const first = process.get();
  pool.PutBack(&a_, std::move(process));
  process = Take(pool, &a_);
  EXPECT_EQ(process.get(), first);
  process->Kill();
  pool.PutBack(&a_, std::move(process));
  process = Take(pool, &a_);
  EXPECT_TRUE(process->alive());
  pool.PutBack(&a_, std::move(process));
}

TEST_F(ProcessPoolTest, ACallWaitsForAPlace) {
  Disposal disposal;
  ProcessPool pool({.processes = 2}, disposal);
  ProcessPtr process = Take(pool, &a_);
  auto second = std::async(std::launch::async, [&] { return Take(pool, &a_); });
  EXPECT_EQ(second.wait_for(200ms), std::future_status::timeout);
  pool.PutBack(&a_, std::move(process));
  pool.PutBack(&a_, second.get());
}

TEST_F(ProcessPoolTest, IdleProcessesMakeRoomForOtherFunctions) {
  Disposal disposal;
  ProcessPool pool({.processes = 2}, disposal);
  pool.PutBack(&a_, Take(pool, &a_));
  pool.PutBack(&b_, Take(pool, &b_));
  ProcessPtr third = Take(pool, &c_);
  EXPECT_TRUE(third->alive());
  pool.PutBack(&c_, std::move(third));
}

TEST_F(ProcessPoolTest, ProcessesThatWereIdleForLongAreEnded) {
  std::ofstream(code_ / "bootstrap") << "#!/bin/sh\necho $$ > pid\nexec sleep 300\n";
  Disposal disposal;
  ProcessPool pool({.processes = 2, .warm_time = 1s}, disposal);
  ProcessPtr process = Take(pool, &a_);
  pid_t pid = 0;
  for (int i = 0; i < 1000 && pid == 0; ++i) {
    std::this_thread::sleep_for(10ms);
    std::ifstream(code_ / "pid") >> pid;
  }
  ASSERT_NE(pid, 0);
  EXPECT_EQ(kill(pid, 0), 0);
  pool.PutBack(&a_, std::move(process));
  for (int i = 0; i < 1000 && kill(pid, 0) == 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_NE(kill(pid, 0), 0);
}

TEST_F(ProcessPoolTest, AClosedOwnerGetsNoneAndWaitersAreTold) {
  Disposal disposal;
  ProcessPool pool({.processes = 1}, disposal);
  ProcessPtr process = Take(pool, &a_);
  auto waiting = std::async(std::launch::async, [&] { return pool.Take(&a_, [this] { return Start(); }).has_value(); });
  EXPECT_EQ(waiting.wait_for(100ms), std::future_status::timeout);
  pool.Close(&a_);
  EXPECT_FALSE(waiting.get());
  EXPECT_FALSE(process->alive());
  pool.PutBack(&a_, std::move(process));
  pool.Forget(&a_);
}

}  // namespace
}  // namespace dynarock
