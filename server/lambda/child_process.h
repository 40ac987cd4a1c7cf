// A program that runs in a session of its own, with nothing of ours open but its output.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "server/lambda/process_command.h"

namespace dynarock {

class ChildProcess {
 public:
  using Output = std::function<void(std::string_view)>;

  // Starts the program and returns when its process has ended, whatever its children do; these are ended too. `output`
  // gets what is printed, in pieces. The kernel ends the program with the calling thread. Call it once.
  // Gives the status as waitpid does; nullopt if the program could not be started or not be ended.
  std::optional<int> Run(const ProcessCommand& command, const Output& output);

  // From any thread: ends the program, also one that is yet to start. Does not block.
  void Kill();

  // From any thread: the process, which leads its session; waits until it was started. 0 if there is none any more.
  pid_t AwaitPid();

 private:
  class OutputPipe;
  void Start(const ProcessCommand& command, int output);
  bool HasEnded() const;
  void Follow(OutputPipe& pipe);
  std::optional<int> Collect();

  std::mutex mutex_;
  std::condition_variable started_;
  bool is_started_ = false;
  bool killed_ = false;
  pid_t pid_ = 0;  // 0 before the start, and after the end
};

}  // namespace dynarock
