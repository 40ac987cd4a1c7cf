// One process that runs a function's code, with its Runtime API on a port of its own.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "server/http_server.h"
#include "server/lambda/process_command.h"
#include "server/lambda/runtime_api.h"

namespace dynarock {

// The process ends with this object, with all processes it started, and with the server however that ends.
class FunctionProcess {
 public:
  // Errors: kInternal with a sentence.
  static Result<std::unique_ptr<FunctionProcess>> Start(const FunctionDefinition& definition,
                                                        const FunctionSurroundings& surroundings);
  ~FunctionProcess();

  // Blocks until the function answered, failed or used up its time. One call at a time.
  InvocationResult Invoke(const Invocation& invocation);

  // False once it ended or was killed, though it may take a moment to go; then it can't be called again.
  bool alive() const { return !ended_ && !killed_; }

  // From any thread: a call under way ends soon.
  void Kill();

 private:
  FunctionProcess(const FunctionDefinition& definition, const FunctionSurroundings& surroundings);
  void Watch(const ProcessCommand& command);
  void TakeOutput(std::string_view text);
  std::string HowItEnded() const;

  const std::string name_;
  const std::chrono::seconds timeout_;
  const std::int64_t memory_size_;
  RuntimeApi api_;
  std::unique_ptr<HttpServer> server_;
  std::thread serving_;
  std::thread watching_;  // starts the process, reads what it prints, waits for its end
  std::atomic<pid_t> pid_ = 0;
  std::atomic<bool> killed_ = false;
  std::atomic<bool> ended_ = false;
  std::atomic<int> wait_status_ = 0;
  std::mutex output_mutex_;
  std::string output_tail_;  // of the invocation under way
  std::string output_line_;  // not ended yet
};

}  // namespace dynarock
