// Calls of several threads at once must be explained by some serial order of them.
//   DYNAROCK_SEED=n   sends the calls of seed n again; how they meet is another matter
//   DYNAROCK_STEPS=n  steps of all threads together; 8,000 if not given
#include "engine/model/parallel_walk.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <latch>
#include <thread>

#include "engine/model/environment.h"

namespace dynarock::model {
namespace {

constexpr std::size_t kThreads = 4;
constexpr std::size_t kSteps = 100;         // of each thread in one round; lists get longer with each
constexpr CallId kIdsOfThread = 1'000'000;  // so that no two threads share one

struct Worker {
  Walker walker;
  std::string failure = {};
};

std::vector<Worker> MakeWorkers(Database& database, std::uint64_t round) {
  std::vector<Worker> workers;
  for (std::size_t i = 0; i < kThreads; ++i) {
    const std::uint64_t seed = Seed() + round * kThreads + i;
    const CallId first_id = static_cast<CallId>(i) * kIdsOfThread + 1;
    workers.push_back({Walker(database, "round-" + std::to_string(round), seed, first_id)});
  }
  return workers;
}

void RunTogether(std::vector<Worker>& workers) {
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (Worker& worker : workers) {
    threads.emplace_back([&worker, &start] {
      start.arrive_and_wait();
      try {
        for (std::size_t step = 0; step < kSteps; ++step) worker.walker.Step();
      } catch (const std::exception& error) {
        worker.failure = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void WalkTogether(const StoreOptions& options) {
  auto database = Database::Open(options, {}, std::make_shared<SystemClock>());
  ASSERT_TRUE(database) << database.error().message;
  CreateLists(**database);
  const std::uint64_t rounds = FromEnvironment("DYNAROCK_STEPS", 8000) / (kThreads * kSteps) + 1;
  std::cout << "seed " << Seed() << ", " << rounds << " rounds" << std::endl;
  std::map<std::string, std::pair<int, int>> tallies;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::vector<Worker> workers = MakeWorkers(**database, round);
    RunTogether(workers);
    workers[0].walker.ReadAll();
    std::vector<Call> history;
    for (Worker& worker : workers) {
      ASSERT_EQ(worker.failure, "") << "seed " << Seed() << ", round " << round;
      std::ranges::move(worker.walker.TakeCalls(), std::back_inserter(history));
      for (const auto& [name, tally] : worker.walker.tallies()) {
        tallies[name].first += tally.first;
        tallies[name].second += tally.second;
      }
    }
    const auto contradiction = FindContradiction(history);
    ASSERT_FALSE(contradiction) << "seed " << Seed() << ", round " << round << ": " << *contradiction;
  }
  for (const auto& [name, tally] : tallies) {
    std::cout << name << ": " << tally.first << " done, " << tally.second << " refused\n";
  }
  EXPECT_GT(tallies["TransactWriteItems"].first, 0);
}

TEST(ParallelWalkTest, InMemory) {
  WalkTogether({.directory = "", .in_memory = true});
}

TEST(ParallelWalkTest, OnDisk) {
  const std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("dynarock-parallel-" + std::to_string(std::random_device()()));
  WalkTogether({.directory = directory.string()});
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace dynarock::model
