// Lambda's Runtime API for one process: hands it one invocation after the other and takes the answers.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "server/http_message.h"
#include "server/lambda/function.h"

namespace dynarock {

// Thread-safe: the process speaks to Handle, who wants an answer waits in Call.
// Source: Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
class RuntimeApi final : public HttpHandler {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Outcome { kAnswered, kTimedOut, kEnded };

  struct Answer {
    Outcome outcome = Outcome::kAnswered;
    std::string payload;
    bool is_error = false;
  };

  RuntimeApi(std::string function_arn, std::chrono::seconds timeout)
      : function_arn_(std::move(function_arn)), timeout_(timeout) {}

  void Handle(const HttpRequest& request, HttpReply& reply) override;

  // Gives the invocation to the process when it asks next and waits for the answer. The time starts when the process
  // takes it, and loading the code has some seconds of its own. One call at a time.
  Answer Call(const Invocation& invocation);

  // The process is gone, or shall go: calls end, and requests that wait are answered.
  void End();

 private:
  void HandleNext(HttpReply& reply);
  void HandleAnswer(const HttpRequest& request, HttpReply& reply, bool is_error);
  HttpReply NextReply();

  const std::string function_arn_;
  const std::chrono::seconds timeout_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Invocation> invocation_;  // until it is answered
  bool taken_ = false;                    // whether the process has it
  Clock::time_point deadline_;            // of the taken one
  std::optional<Answer> answer_;
  std::optional<Answer> init_error_;  // why the process can't serve
  ReplyCallback waiting_;             // the process's request for the next one
  bool ended_ = false;
};

}  // namespace dynarock
