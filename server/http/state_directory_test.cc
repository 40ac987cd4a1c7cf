#include "server/http/state_directory.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace dynarock {
namespace {

namespace fs = std::filesystem;

class StateDirectoryTest : public ::testing::Test {
 protected:
  StateDirectoryTest() : parent_(fs::path(::testing::TempDir()) / ("state-" + std::to_string(getpid()))) {
    fs::create_directories(parent_);
    setenv("TMPDIR", parent_.c_str(), 1);
  }
  ~StateDirectoryTest() override {
    unsetenv("TMPDIR");
    fs::remove_all(parent_);
  }

  // A server that has put something there and was killed.
  void LeaveOne() const {
    if (const pid_t child = fork(); child != 0) {
      waitpid(child, nullptr, 0);
      return;
    }
    const StateDirectory state("");
    std::ofstream(state.path() / "code") << "secret";
    kill(getpid(), SIGKILL);
  }
  std::ptrdiff_t Count() const { return std::distance(fs::directory_iterator(parent_), fs::directory_iterator()); }

  const fs::path parent_;
};

TEST_F(StateDirectoryTest, GoesWithTheServer) {
  {
    const StateDirectory state("");
    EXPECT_EQ(fs::status(state.path()).permissions(), fs::perms::owner_all);
    std::ofstream(state.path() / "code") << "x";
  }
  EXPECT_EQ(Count(), 0);
}

TEST_F(StateDirectoryTest, RemovesWhatAKilledServerLeft) {
  LeaveOne();
  LeaveOne();  // which removes the first
  EXPECT_EQ(Count(), 1);
  const StateDirectory state("");
  EXPECT_EQ(Count(), 1);
  EXPECT_TRUE(fs::exists(state.path()));
}

TEST_F(StateDirectoryTest, LeavesOthersAlone) {
  const StateDirectory running("");
  fs::create_directories(parent_ / "dynarock-journey");
  fs::create_directories(parent_ / "elsewhere");
  std::ofstream(parent_ / "elsewhere" / "in-memory.lock") << "";
  fs::create_directory_symlink(parent_ / "elsewhere", parent_ / "dynarock-link");
  const StateDirectory state("");
  EXPECT_EQ(Count(), 5);
  EXPECT_TRUE(fs::exists(parent_ / "elsewhere" / "in-memory.lock"));
}

TEST_F(StateDirectoryTest, IsTheDataDirectoryOfAServerThatKeepsIt) {
  { EXPECT_EQ(StateDirectory(parent_ / "data").path(), parent_ / "data"); }
  EXPECT_EQ(Count(), 0);
}

}  // namespace
}  // namespace dynarock
