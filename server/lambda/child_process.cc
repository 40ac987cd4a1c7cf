#include "server/lambda/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <vector>

#include "engine/base/log.h"
#include "server/lambda/process_session.h"

namespace dynarock {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kPiece = 64 * 1024;    // bytes of output at once
constexpr std::size_t kMostLastPieces = 16;  // that are read after the end
constexpr std::chrono::seconds kToDie(2);    // from SIGKILL to the end

// Pointers for exec; they borrow from `texts`.
std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Between fork and exec: sockets, files and locks of the server are not for functions.
void CloseAllButStandard(rlim_t most) {
  constexpr unsigned kFirst = 3;
  if (syscall(SYS_close_range, kFirst, ~0U, 0U) == 0) return;
  for (rlim_t file = kFirst; file < most; ++file) close(static_cast<int>(file));
}

// Starts the command with its output in `output`; 0 if it can't be started. Between fork and exec only calls that are
// safe there. The kernel ends the child with the thread that calls this.
pid_t Spawn(const ProcessCommand& command, int output) {
  const std::vector<char*> arguments = Pointers(command.arguments), environment = Pointers(command.environment);
  const char* directory = command.directory.c_str();
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child < 0 ? 0 : child;
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  CloseAllButStandard(files.rlim_cur);
  if (chdir(directory) == 0) execve(arguments[0], arguments.data(), environment.data());
  constexpr std::string_view kFailed = "the program of this runtime could not be started\n";
  static_cast<void>(!write(STDERR_FILENO, kFailed.data(), kFailed.size()));
  _exit(127);
}

}  // namespace

// The read end of the output's pipe. Its end is never waited for: children of the process may hold it open for ever.
class ChildProcess::OutputPipe {
 public:
  OutputPipe(int file, const Output& output) : file_(file), output_(output) {}
  ~OutputPipe() { close(file_); }
  int file() const { return file_; }

  // Passes on what is there, at most a piece of it; false if no more will come.
  bool Read() {
    const ssize_t size = read(file_, buffer_.data(), buffer_.size());
    if (size > 0) output_({buffer_.data(), static_cast<std::size_t>(size)});
    return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
  }

  // Passes on what was printed before the end.
  void ReadLastWords() {
    pollfd event{file_, POLLIN, 0};
    for (std::size_t pieces = 0; pieces < kMostLastPieces && poll(&event, 1, 0) > 0 && Read(); ++pieces) continue;
  }

 private:
  const int file_;
  const Output& output_;
  std::vector<char> buffer_ = std::vector<char>(kPiece);
};

void ChildProcess::Start(const ProcessCommand& command, int output) {
  const std::lock_guard lock(mutex_);
  if (!killed_) pid_ = Spawn(command, output);
  is_started_ = true;
  started_.notify_all();
}

void ChildProcess::Kill() {
  const std::lock_guard lock(mutex_);
  killed_ = true;
  if (pid_ == 0) return;
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);  // it may not have made its group yet
}

pid_t ChildProcess::AwaitPid() {
  std::unique_lock lock(mutex_);
  started_.wait(lock, [this] { return is_started_; });
  return pid_;
}

bool ChildProcess::HasEnded() const {
  siginfo_t facts{};
  return waitid(P_PID, static_cast<id_t>(pid_), &facts, WEXITED | WNOHANG | WNOWAIT) != 0 || facts.si_pid == pid_;
}

// Until the process has ended, or outlives its SIGKILL.
void ChildProcess::Follow(OutputPipe& pipe) {
  // Where the kernel has no such handles, we look again and again.
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  const int pause = handle < 0 ? 20 : 500;  // milliseconds
  std::array<pollfd, 2> events = {{{pipe.file(), POLLIN, 0}, {handle, POLLIN, 0}}};
  std::optional<SteadyClock::time_point> give_up;
  while (!HasEnded()) {
    if (poll(events.data(), events.size(), pause) > 0 && events[0].revents != 0 && !pipe.Read()) {
      events[0].fd = -1;
    }
    const std::lock_guard lock(mutex_);
    if (killed_ && !give_up) give_up = SteadyClock::now() + kToDie;
    if (give_up && SteadyClock::now() > *give_up) break;
  }
  if (handle >= 0) close(handle);
}

// The status of the ended process, whose number is given back.
std::optional<int> ChildProcess::Collect() {
  KillSession(pid_);
  const std::lock_guard lock(mutex_);
  int status = 0;
  const bool ended = waitpid(pid_, &status, WNOHANG) == pid_;
  if (!ended) Log(LogLevel::kError, "a function's process can't be ended", {{"pid", pid_}});
  pid_ = 0;
  return ended ? std::optional(status) : std::nullopt;
}

std::optional<int> ChildProcess::Run(const ProcessCommand& command, const Output& output) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    Kill();  // it is not started then
    ends = {-1, -1};
  }
  OutputPipe pipe(ends[0], output);
  fcntl(pipe.file(), F_SETFL, O_NONBLOCK);
  Start(command, ends[1]);
  close(ends[1]);
  if (pid_ == 0) return std::nullopt;
  Follow(pipe);
  const std::optional<int> status = Collect();
  pipe.ReadLastWords();
  return status;
}

}  // namespace dynarock
