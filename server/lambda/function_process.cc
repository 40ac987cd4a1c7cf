#include "server/lambda/function_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "engine/base/log.h"

namespace dynarock {
namespace {

constexpr std::size_t kTail = 4096;  // bytes of a log tail, as Lambda's

// Pointers for exec; they borrow from `texts`.
std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the command with its output in `output`; 0 if it can't be started. Between fork and exec only calls that are
// safe there. The kernel ends the child with the thread that calls this.
pid_t Spawn(const ProcessCommand& command, int output) {
  const std::vector<char*> arguments = Pointers(command.arguments), environment = Pointers(command.environment);
  const char* directory = command.directory.c_str();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child > 0) setpgid(child, child);
  if (child != 0) return child < 0 ? 0 : child;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (chdir(directory) == 0) execve(arguments[0], arguments.data(), environment.data());
  constexpr std::string_view kFailed = "the program of this runtime could not be started\n";
  static_cast<void>(!write(STDERR_FILENO, kFailed.data(), kFailed.size()));
  _exit(127);
}

}  // namespace

FunctionProcess::FunctionProcess(const FunctionDefinition& definition, const FunctionSurroundings& surroundings)
    : name_(definition.name),
      timeout_(definition.timeout),
      memory_size_(definition.memory_size),
      api_(FunctionArn(surroundings, definition.name), timeout_) {}

Result<std::unique_ptr<FunctionProcess>> FunctionProcess::Start(const FunctionDefinition& definition,
                                                                const FunctionSurroundings& surroundings) {
  TRY(ProcessCommand command, CommandFor(definition, surroundings));
  std::unique_ptr<FunctionProcess> process(new FunctionProcess(definition, surroundings));
  HttpServerOptions options{.port = 0, .threads = 1};
  options.idle_timeout = std::chrono::hours(24);
  options.body_timeout = options.idle_timeout;
  options.stop_timeout = std::chrono::seconds(1);
  options.handle_signals = false;
  TRY(process->server_, HttpServer::Listen(options, process->api_));
  command.environment.push_back("AWS_LAMBDA_RUNTIME_API=127.0.0.1:" + std::to_string(process->server_->port()));
  process->serving_ = std::thread([server = process->server_.get()] { server->Run(); });
  process->watching_ = std::thread([self = process.get(), command] { self->Watch(command); });
  return process;
}

FunctionProcess::~FunctionProcess() {
  Kill();
  if (watching_.joinable()) watching_.join();
  if (server_) server_->Stop();
  if (serving_.joinable()) serving_.join();
}

void FunctionProcess::Kill() {
  killed_ = true;
  const pid_t pid = pid_;
  if (pid > 0 && !ended_) kill(-pid, SIGKILL);
  api_.End();
}

// The watching thread: the process lives no longer than it.
void FunctionProcess::Watch(const ProcessCommand& command) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    ended_ = true;
    return api_.End();
  }
  pid_ = Spawn(command, ends[1]);
  close(ends[1]);
  if (pid_ > 0) {
    if (killed_) kill(-pid_, SIGKILL);
    std::array<char, 4096> buffer;
    ssize_t size = 0;
    while ((size = read(ends[0], buffer.data(), buffer.size())) > 0) {
      TakeOutput({buffer.data(), static_cast<std::size_t>(size)});
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    wait_status_ = status;
  }
  close(ends[0]);
  ended_ = true;
  api_.End();
}

// Whole lines go to our log under the function's name; all of it to the tail.
void FunctionProcess::TakeOutput(std::string_view text) {
  const std::lock_guard lock(output_mutex_);
  output_tail_ += text;
  if (output_tail_.size() > kTail) output_tail_.erase(0, output_tail_.size() - kTail);
  output_line_ += text;
  for (std::size_t end = 0; (end = output_line_.find('\n')) != std::string::npos; output_line_.erase(0, end + 1)) {
    Log(LogLevel::kInfo, "[" + name_ + "] " + output_line_.substr(0, end));
  }
}

std::string FunctionProcess::HowItEnded() const {
  const int status = wait_status_;
  if (WIFSIGNALED(status)) return "signal: " + std::string(strsignal(WTERMSIG(status)));
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

InvocationResult FunctionProcess::Invoke(const Invocation& invocation) {
  const std::string& id = invocation.request_id;
  {
    const std::lock_guard lock(output_mutex_);
    output_tail_ = "START RequestId: " + id + " Version: $LATEST\n";
  }
  const auto start = std::chrono::steady_clock::now();
  const RuntimeApi::Answer answer = api_.Call(invocation);
  InvocationResult result;
  switch (answer.outcome) {
    case RuntimeApi::Outcome::kAnswered:
      result.payload = answer.payload;
      if (answer.is_error) result.function_error = "Unhandled";
      break;
    case RuntimeApi::Outcome::kTimedOut:
      result = FailedInvocation("Sandbox.Timedout", "RequestId: " + id + " Error: Task timed out after " +
                                                        std::to_string(timeout_.count()) + ".00 seconds");
      Kill();
      break;
    case RuntimeApi::Outcome::kEnded:
      Kill();
      if (watching_.joinable()) watching_.join();
      result = FailedInvocation("Runtime.ExitError",
                                "RequestId: " + id + " Error: Runtime exited with error: " + HowItEnded());
      break;
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  const std::lock_guard lock(output_mutex_);
  result.log_tail = output_tail_ + "END RequestId: " + id + "\nREPORT RequestId: " + id +
                    "\tDuration: " + std::to_string(took.count()) +
                    " ms\tMemory Size: " + std::to_string(memory_size_) + " MB\n";
  if (result.log_tail.size() > kTail) result.log_tail.erase(0, result.log_tail.size() - kTail);
  return result;
}

}  // namespace dynarock
