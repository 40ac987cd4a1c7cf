// One process that runs a function's code, with its Runtime API on a port of its own.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "server/http/http_server.h"
#include "server/lambda/child_process.h"
#include "server/lambda/printed_lines.h"
#include "server/lambda/runtime_api.h"

namespace dynarock {

// The process ends with this object, with all processes of its session, and with the server however that ends.
class FunctionProcess {
 public:
  // Errors: kInternal with a sentence.
  static Result<std::unique_ptr<FunctionProcess>> Start(const FunctionDefinition& definition,
                                                        const FunctionSurroundings& surroundings);
  // Kills it and waits, for some seconds at most.
  ~FunctionProcess();

  // Blocks until the function answered, failed or used up its time. One call at a time.
  // Nothing if the process did not load its code in the time of kOwn: it was killed before it got the invocation.
  std::optional<InvocationResult> Invoke(const Invocation& invocation, InitTime init = InitTime::kOwn);

  // False once it ended or was killed, though it may take a moment to go; then it can't be called again.
  bool alive() const { return !ended_ && !killed_; }

  // From any thread: a call under way ends soon. Does not block.
  void Kill();

 private:
  FunctionProcess(const FunctionDefinition& definition, const FunctionSurroundings& surroundings);
  void Watch(const ProcessCommand& command);
  void EndInit(std::chrono::milliseconds took);
  InvocationResult ResultOf(RuntimeApi::Answer answer, const std::string& request_id);

  const std::string name_;
  const std::chrono::seconds timeout_;
  const std::int64_t memory_size_;
  PrintedLines printed_;
  ChildProcess child_;
  RuntimeApi api_;
  std::unique_ptr<HttpServer> server_;
  std::thread serving_;
  std::thread watching_;  // starts the process, reads what it prints, waits for its end
  std::atomic<bool> killed_ = false;
  std::atomic<bool> ended_ = false;
  std::optional<int> exit_status_;  // once watching_ has ended
};

}  // namespace dynarock
