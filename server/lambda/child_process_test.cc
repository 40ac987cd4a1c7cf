#include "server/lambda/child_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <sstream>
#include <string>
#include <thread>

#include "server/lambda/process_session.h"

namespace dynarock {
namespace {

using namespace std::chrono_literals;

ProcessCommand Shell(const std::string& script) {
  return {.arguments = {"/bin/sh", "-c", script}, .environment = {"PATH=/usr/bin:/bin"}, .directory = "/"};
}

struct Ran {
  std::optional<int> status;
  std::string output;
  std::chrono::steady_clock::duration took{};
};

Ran RunShell(const std::string& script) {
  Ran ran;
  ChildProcess child;
  const auto start = std::chrono::steady_clock::now();
  ran.status = child.Run(Shell(script), [&](std::string_view text) { ran.output += text; });
  ran.took = std::chrono::steady_clock::now() - start;
  return ran;
}

// A child in the session, one in a session of its own, and one whose parent has ended there; all hold the output. Their
// numbers are printed.
constexpr const char* kLeavesChildren =
    "sleep 1000 & echo $!; setsid sleep 1000 & echo $!; setsid sh -c 'sleep 1000 & echo $!' & wait $!; ";

// That all processes whose numbers are in `output` end.
void ExpectEnded(const std::string& output) {
  std::istringstream numbers(output);
  for (pid_t pid = 0; numbers >> pid;) {
    for (int i = 0; i < 500 && kill(pid, 0) == 0; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_NE(kill(pid, 0), 0) << pid;
  }
}

TEST(ChildProcess, GivesOutputAndStatus) {
  const Ran ran = RunShell("echo out; echo err >&2; exit 3");
  ASSERT_TRUE(ran.status);
  EXPECT_EQ(WEXITSTATUS(*ran.status), 3);
  EXPECT_EQ(ran.output, "out\nerr\n");
  const Ran killed = RunShell("kill -KILL $$");
  EXPECT_EQ(WTERMSIG(*killed.status), SIGKILL);
}

TEST(ChildProcess, InheritsNothing) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const int file = open("/etc/passwd", O_RDONLY);
  const Ran ran = RunShell("ls -l /proc/self/fd");
  EXPECT_EQ(ran.output.find("socket:"), std::string::npos) << ran.output;
  EXPECT_EQ(ran.output.find("/etc/passwd"), std::string::npos) << ran.output;
  close(socket);
  close(file);
}

TEST(ChildProcess, EndsWithItsProcessWhateverItsChildrenDo) {
  const Ran ran = RunShell(std::string(kLeavesChildren) + "exit 0");
  ASSERT_TRUE(ran.status);
  EXPECT_LT(ran.took, 30s);
  ExpectEnded(ran.output);
}

TEST(ChildProcess, KillEndsItsChildrenToo) {
  ChildProcess child;
  std::string output;
  std::promise<void> started;
  std::thread running([&] {
    child.Run(Shell(std::string(kLeavesChildren) + "sleep 1000"), [&](std::string_view text) {
      output += text;
      if (std::count(output.begin(), output.end(), '\n') == 3) started.set_value();
    });
  });
  ASSERT_EQ(started.get_future().wait_for(60s), std::future_status::ready);
  child.Kill();
  running.join();
  ExpectEnded(output);
}

TEST(ChildProcess, EndsWithItsSupervisor) {
  ChildProcess child;
  std::optional<int> status;
  std::string output;
  std::promise<void> started;
  std::thread running([&] {
    status = child.Run(Shell("echo $$; exec sleep 1000"), [&](std::string_view text) {
      output += text;
      if (output.ends_with('\n')) started.set_value();
    });
  });
  ASSERT_EQ(started.get_future().wait_for(60s), std::future_status::ready);
  EXPECT_NE(std::stoi(output), child.AwaitPid());
  kill(child.AwaitPid(), SIGKILL);
  running.join();
  EXPECT_EQ(WTERMSIG(*status), SIGKILL);
  ExpectEnded(output);
}

TEST(ChildProcess, KillEndsItAtOnce) {
  ChildProcess child;
  std::optional<int> status;
  std::thread running([&] { status = child.Run(Shell("trap '' TERM; while :; do :; done"), [](std::string_view) {}); });
  EXPECT_GT(child.AwaitPid(), 0);
  child.Kill();
  running.join();
  EXPECT_EQ(WTERMSIG(*status), SIGKILL);
  EXPECT_EQ(child.AwaitPid(), 0);
}

TEST(ChildProcess, AKilledOneIsNotStarted) {
  ChildProcess child;
  child.Kill();
  EXPECT_FALSE(child.Run(Shell("exit 0"), [](std::string_view) {}));
}

TEST(ProcessSession, KnowsTheSocketsOfItsProcesses) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(connect(client, reinterpret_cast<sockaddr*>(&address), size), 0);
  sockaddr_in peer{};
  ASSERT_EQ(getsockname(client, reinterpret_cast<sockaddr*>(&peer), &size), 0);
  const std::uint16_t port = ntohs(address.sin_port), peer_port = ntohs(peer.sin_port);
  EXPECT_TRUE(HoldsConnection(getpid(), peer_port, port));
  EXPECT_FALSE(HoldsConnection(getpid(), peer_port, static_cast<std::uint16_t>(port + 1)));
  // A process that is neither in our session nor below us: a child of another session has no such socket.
  ChildProcess other;
  std::promise<void> started;  // until then it has what we have
  std::thread running([&] { other.Run(Shell("echo; exec sleep 30"), [&](std::string_view) { started.set_value(); }); });
  started.get_future().wait();
  EXPECT_FALSE(HoldsConnection(other.AwaitPid(), peer_port, port));
  other.Kill();
  running.join();
  EXPECT_TRUE(IsConnected(peer_port, port));
  close(client);
  EXPECT_FALSE(IsConnected(peer_port, port));
  close(listener);
}

}  // namespace
}  // namespace dynarock
