#include "server/lambda/exit_reason.h"

#include <gtest/gtest.h>

#include <csignal>

namespace dynarock {
namespace {

TEST(ExitReason, IsSpeltAsLambdaDoes) {
  EXPECT_EQ(ExitReason(0), "Runtime exited without providing a reason");
  EXPECT_EQ(ExitReason(std::nullopt), "Runtime exited without providing a reason");
  EXPECT_EQ(ExitReason(3 << 8), "Runtime exited with error: exit status 3");
  EXPECT_EQ(ExitReason(SIGKILL), "Runtime exited with error: signal: killed");
  EXPECT_EQ(ExitReason(SIGTERM), "Runtime exited with error: signal: terminated");
  EXPECT_EQ(ExitReason(SIGSEGV), "Runtime exited with error: signal: segmentation fault (core dumped)");
  EXPECT_EQ(ExitReason(SIGABRT), "Runtime exited with error: signal: aborted (core dumped)");
  EXPECT_EQ(ExitReason(SIGTRAP | 0x80), "Runtime exited with error: signal: trace/breakpoint trap (core dumped)");
  EXPECT_EQ(ExitReason(SIGXCPU), "Runtime exited with error: signal: CPU time limit exceeded (core dumped)");
}

}  // namespace
}  // namespace dynarock
