// Random requests to the engine and to a naive model of it must be answered alike.
//   DYNAROCK_SEED=n   walks the walk of seed n again
//   DYNAROCK_STEPS=n  steps of each walk; 100,000 if not given
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "engine/model/environment.h"
#include "engine/model/walk.h"

namespace dynarock::model {
namespace {

using Opener = std::function<std::unique_ptr<Database>()>;

Opener OpenerOf(const StoreOptions& options) {
  return [options] {
    auto opened = Database::Open(options, {}, std::make_shared<SystemClock>());
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  };
}

// Compares everything each thousand steps, and opens the database again each ten thousand if it `lasts`.
void WalkAlong(const Opener& open, bool lasts) {
  const std::uint64_t steps = FromEnvironment("DYNAROCK_STEPS", 100000);
  std::cout << "seed " << Seed() << ", " << steps << " steps" << std::endl;
  std::uint64_t step = 1;
  try {
    Walk walk(open(), Seed());
    for (; step <= steps; ++step) {
      walk.Step();
      if (step % 1000 == 0) walk.CompareAll();
      if (lasts && step % 10000 == 0) walk.Reopen(open);
    }
    for (const auto& [operation, tally] : walk.tallies()) {
      std::cout << operation << ": " << tally.succeeded << " succeeded, " << tally.condition_failed
                << " failed their condition, " << tally.refused << " were refused\n";
    }
  } catch (const std::exception& error) {
    FAIL() << "seed " << Seed() << ", step " << step << ": " << error.what();
  }
}

TEST(RandomWalkTest, InMemory) {
  WalkAlong(OpenerOf({.directory = "", .in_memory = true}), false);
}

TEST(RandomWalkTest, OnDisk) {
  const std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("dynarock-model-" + std::to_string(std::random_device()()));
  WalkAlong(OpenerOf({.directory = directory.string()}), true);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace dynarock::model
