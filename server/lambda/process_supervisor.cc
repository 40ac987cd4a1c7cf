#include "server/lambda/process_supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

#include "server/lambda/process_session.h"

namespace dynarock {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr const char* kName = "dynarock-supervisor";
constexpr std::chrono::seconds kToDie(1);  // for all that is killed

sigset_t ChildSignal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  return set;
}

// Runs the command in a session of its own; does not return.
[[noreturn]] void RunCommand(char** arguments, pid_t supervisor) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != supervisor) _exit(127);
  const sigset_t set = ChildSignal();
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  execve(arguments[0], arguments, environ);
  constexpr std::string_view kFailed = "the program of this runtime could not be started\n";
  static_cast<void>(!write(STDERR_FILENO, kFailed.data(), kFailed.size()));
  _exit(127);
}

// Kills all below this process until nothing is left; some seconds at most.
void KillAll() {
  const auto end = SteadyClock::now() + kToDie;
  do {
    KillDescendants(getpid());
    pid_t ended = 0;
    while ((ended = waitpid(-1, nullptr, WNOHANG)) > 0) continue;
    if (ended < 0) return;  // no child is left
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  } while (SteadyClock::now() < end);
}

// Ends as a process with this status did.
[[noreturn]] void EndAs(int status) {
  if (!WIFSIGNALED(status)) _exit(WEXITSTATUS(status));
  prctl(PR_SET_DUMPABLE, 0);  // no core
  signal(WTERMSIG(status), SIG_DFL);
  kill(getpid(), WTERMSIG(status));
  _exit(128 + WTERMSIG(status));
}

bool ServerWantsTheEnd() {
  pollfd event{kSupervisorPipe, POLLIN, 0};
  return poll(&event, 1, 0) > 0;
}

// Reaps what has ended; true once `child` is among it.
bool Reap(pid_t child, int& status) {
  int one = 0;
  for (pid_t ended = 0; (ended = waitpid(-1, &one, WNOHANG)) > 0;) {
    if (ended != child) continue;
    status = one;
    return true;
  }
  return false;
}

[[noreturn]] void Supervise(char** arguments) {
  const sigset_t set = ChildSignal();
  sigprocmask(SIG_BLOCK, &set, nullptr);
  const int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  fcntl(kSupervisorPipe, F_SETFD, FD_CLOEXEC);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t self = getpid();
  if (ServerWantsTheEnd()) EndAs(SIGKILL);
  if (signals < 0) _exit(127);
  const pid_t child = fork();
  if (child == 0) RunCommand(arguments, self);
  if (child < 0) _exit(127);
  // What the function prints ends with its processes.
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file) dup2(null, file);
  std::array<pollfd, 2> events = {{{kSupervisorPipe, POLLIN, 0}, {signals, POLLIN, 0}}};
  int status = SIGKILL;
  for (bool is_over = false; !is_over;) {
    if (poll(events.data(), events.size(), -1) < 0) continue;
    signalfd_siginfo facts{};
    while (read(signals, &facts, sizeof facts) > 0) continue;
    is_over = Reap(child, status) || events[0].revents != 0;
  }
  KillAll();
  EndAs(status);
}

}  // namespace

std::vector<std::string> SupervisorArguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {kName};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

void SuperviseIfAsked(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[0], kName) == 0) Supervise(argv + 1);
}

}  // namespace dynarock
