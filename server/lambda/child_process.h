// A program that runs below a supervisor of its own, with nothing of ours open but its output.
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

  // Starts the program and returns when its process has ended, whatever its children do; these are ended too, and so is
  // everything when this process ends, however it does. `output` gets what is printed, in pieces. Call it once.
  // Gives the status as waitpid does; nullopt if the program could not be started or not be ended.
  std::optional<int> Run(const ProcessCommand& command, const Output& output);

  // From any thread: ends the program, also one that is yet to start. Does not block.
  void Kill();

  // From any thread: the supervisor, which has all processes of the program below it; waits until it was started. 0 if
  // there is none any more.
  pid_t AwaitPid();

 private:
  class OutputPipe;
  void Start(const ProcessCommand& command, int output);
  void EndLife();
  bool HasEnded() const;
  void Follow(OutputPipe& pipe);
  std::optional<int> Collect();

  std::mutex mutex_;
  std::condition_variable started_;
  bool is_started_ = false;
  bool killed_ = false;
  pid_t pid_ = 0;  // of the supervisor; 0 before the start, and after the end
  int life_ = -1;  // our end of the supervisor's pipe
};

}  // namespace dynarock
