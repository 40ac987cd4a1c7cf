#include "server/lambda/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <vector>

#include "engine/base/log.h"
#include "server/lambda/process_supervisor.h"

namespace dynarock {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kPiece = 64 * 1024;    // bytes of output at once
constexpr std::size_t kMostLastPieces = 16;  // that are read after the end
constexpr std::chrono::seconds kToDie(2);    // from the wish to the end

// Pointers for exec; they borrow from `texts`.
std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Between fork and exec: sockets, files and locks of the server are not for functions.
void CloseAllBehind(unsigned last, rlim_t most) {
  if (syscall(SYS_close_range, last + 1, ~0U, 0U) == 0) return;
  for (rlim_t file = last + 1; file < most; ++file) close(static_cast<int>(file));
}

// Starts the command's supervisor with the command's output in `output`, and the end of the pipe `life`; 0 if it can't
// be started. Between fork and exec only calls that are safe there.
pid_t Spawn(const ProcessCommand& command, int output, int life) {
  const std::vector<std::string> supervised = SupervisorArguments(command.arguments);
  const std::vector<char*> arguments = Pointers(supervised), environment = Pointers(command.environment);
  const char* directory = command.directory.c_str();
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const pid_t child = fork();
  if (child != 0) return child < 0 ? 0 : child;
  setsid();  // no signals of the server's terminal
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (life == kSupervisorPipe) {
    fcntl(life, F_SETFD, 0);
  } else {
    dup2(life, kSupervisorPipe);
  }
  CloseAllBehind(kSupervisorPipe, files.rlim_cur);
  if (chdir(directory) == 0) execve("/proc/self/exe", arguments.data(), environment.data());
  constexpr std::string_view kFailed = "the program of this runtime could not be started\n";
  static_cast<void>(!write(STDERR_FILENO, kFailed.data(), kFailed.size()));
  _exit(127);
}

// Both -1 if there are no more.
std::array<int, 2> NewPipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
  return ends;
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
  const std::array<int, 2> life = NewPipe();
  if (!killed_ && output >= 0 && life[0] >= 0) pid_ = Spawn(command, output, life[0]);
  close(life[0]);
  life_ = life[1];
  is_started_ = true;
  started_.notify_all();
}

// The supervisor ends all once this end of its pipe is closed, as it is when the server dies. Requires: the lock.
void ChildProcess::EndLife() {
  if (life_ >= 0) close(life_);
  life_ = -1;
}

void ChildProcess::Kill() {
  const std::lock_guard lock(mutex_);
  killed_ = true;
  EndLife();
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

// Until the supervisor has ended, or outlives its SIGKILL.
void ChildProcess::Follow(OutputPipe& pipe) {
  // Where the kernel has no such handles, we look again and again.
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  const int pause = handle < 0 ? 20 : 500;  // milliseconds
  std::array<pollfd, 2> events = {{{pipe.file(), POLLIN, 0}, {handle, POLLIN, 0}}};
  std::optional<SteadyClock::time_point> kill_at;
  while (!HasEnded()) {
    if (poll(events.data(), events.size(), pause) > 0 && events[0].revents != 0 && !pipe.Read()) {
      events[0].fd = -1;
    }
    const std::lock_guard lock(mutex_);
    const auto now = SteadyClock::now();
    if (killed_ && !kill_at) kill_at = now + kToDie;
    if (kill_at && now > *kill_at) kill(pid_, SIGKILL);
    if (kill_at && now > *kill_at + kToDie) break;
  }
  if (handle >= 0) close(handle);
}

// The status of the ended process, whose number is given back.
std::optional<int> ChildProcess::Collect() {
  const std::lock_guard lock(mutex_);
  EndLife();
  int status = 0;
  const bool ended = waitpid(pid_, &status, WNOHANG) == pid_;
  if (!ended) Log(LogLevel::kError, "a function's process can't be ended", {{"pid", pid_}});
  pid_ = 0;
  return ended ? std::optional(status) : std::nullopt;
}

std::optional<int> ChildProcess::Run(const ProcessCommand& command, const Output& output) {
  const std::array<int, 2> ends = NewPipe();
  OutputPipe pipe(ends[0], output);
  fcntl(pipe.file(), F_SETFL, O_NONBLOCK);
  Start(command, ends[1]);
  close(ends[1]);
  if (pid_ == 0) {
    Kill();
    return std::nullopt;
  }
  Follow(pipe);
  const std::optional<int> status = Collect();
  pipe.ReadLastWords();
  return status;
}

}  // namespace dynarock
