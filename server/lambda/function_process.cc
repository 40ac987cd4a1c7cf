#include "server/lambda/function_process.h"

#include "engine/base/guarded.h"
#include "engine/base/log.h"
#include "server/lambda/exit_reason.h"
#include "server/lambda/process_session.h"

namespace dynarock {
namespace {

// A longer response is refused with Lambda's error, which needs some of it to be read.
constexpr std::size_t kLongestBody = 16 * 1024 * 1024;  // bytes

HttpServerOptions RuntimeApiOptions() {
  HttpServerOptions options{.port = 0, .threads = 1};
  options.body_limit = kLongestBody;
  options.idle_timeout = std::chrono::hours(24);
  options.body_timeout = options.idle_timeout;
  options.stop_timeout = std::chrono::seconds(1);
  options.handle_signals = false;
  return options;
}

}  // namespace

FunctionProcess::FunctionProcess(const FunctionDefinition& definition, const FunctionSurroundings& surroundings)
    : name_(definition.name),
      timeout_(definition.timeout),
      memory_size_(definition.memory_size),
      printed_([this](std::string_view line) { Log(LogLevel::kInfo, "[" + name_ + "] " + std::string(line)); }),
      api_(FunctionArn(surroundings, definition.name), timeout_, surroundings.init_timeout) {}

Result<std::unique_ptr<FunctionProcess>> FunctionProcess::Start(const FunctionDefinition& definition,
                                                                const FunctionSurroundings& surroundings) {
  TRY(ProcessCommand command, CommandFor(definition, surroundings));
  std::unique_ptr<FunctionProcess> process(new FunctionProcess(definition, surroundings));
  HttpServerOptions options = RuntimeApiOptions();
  // Whoever else is on this machine can connect, too; only processes of the function are listened to.
  options.admits = [self = process.get()](std::uint16_t peer_port) {
    const std::uint16_t port = self->server_->port();
    const pid_t pid = self->child_.AwaitPid();
    if (pid != 0 && HoldsConnection(pid, peer_port, port)) return true;
    if (self->alive()) {
      Log(LogLevel::kWarn, "refused a stranger at a function's Runtime API", {{"function", self->name_}});
    }
    return false;
  };
  TRY(process->server_, HttpServer::Listen(options, process->api_));
  const std::string address = "127.0.0.1:" + std::to_string(process->server_->port());
  process->api_.SetAddress(address);
  command.environment.push_back("AWS_LAMBDA_RUNTIME_API=" + address);
  process->serving_ =
      std::thread([server = process->server_.get()] { Guarded("Runtime API of a function", [&] { server->Run(); }); });
  process->watching_ = std::thread([self = process.get(), command] { self->Watch(command); });
  return process;
}

FunctionProcess::~FunctionProcess() {
  Kill();
  if (watching_.joinable()) watching_.join();
  if (serving_.joinable()) serving_.join();
}

void FunctionProcess::Kill() {
  killed_ = true;
  child_.Kill();
  api_.End();
  if (server_) server_->Stop();
}

// The watching thread: the process lives no longer than it.
void FunctionProcess::Watch(const ProcessCommand& command) {
  Guarded("process of a function", [&] {
    exit_status_ = child_.Run(command, [this](std::string_view text) { printed_.Add(text); });
    printed_.Finish();
  });
  ended_ = true;
  api_.End();
}

InvocationResult FunctionProcess::ResultOf(RuntimeApi::Answer answer, const std::string& request_id) {
  const std::string begin = "RequestId: " + request_id + " Error: ";
  switch (answer.outcome) {
    case RuntimeApi::Outcome::kAnswered:
      return {
          .payload = std::move(answer.payload), .function_error = answer.is_error ? "Unhandled" : "", .log_tail = {}};
    case RuntimeApi::Outcome::kTimedOut:
      Kill();
      return FailedInvocation("Sandbox.Timedout",
                              begin + "Task timed out after " + std::to_string(timeout_.count()) + ".00 seconds");
    default:
      Kill();
      if (watching_.joinable()) watching_.join();
      return FailedInvocation("Runtime.ExitError", begin + ExitReason(exit_status_));
  }
}

// Source: the guide that kInitTimeout names, for the line.
void FunctionProcess::EndInit(std::chrono::milliseconds took) {
  Log(LogLevel::kWarn, "[" + name_ + "] INIT_REPORT Init Duration: " + std::to_string(took.count()) +
                           " ms\tPhase: init\tStatus: timeout");
  Kill();
}

std::optional<InvocationResult> FunctionProcess::Invoke(const Invocation& invocation, InitTime init) {
  const std::string& id = invocation.request_id;
  printed_.BeginTail("START RequestId: " + id + " Version: $LATEST\n");
  const auto start = std::chrono::steady_clock::now();
  RuntimeApi::Answer answer = api_.Call(invocation, init);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  if (answer.outcome == RuntimeApi::Outcome::kInitTimedOut) {
    EndInit(took);
    return std::nullopt;
  }
  InvocationResult result = ResultOf(std::move(answer), id);
  result.log_tail = printed_.TailWith("END RequestId: " + id + "\nREPORT RequestId: " + id +
                                      "\tDuration: " + std::to_string(took.count()) +
                                      " ms\tMemory Size: " + std::to_string(memory_size_) + " MB\n");
  return result;
}

}  // namespace dynarock
