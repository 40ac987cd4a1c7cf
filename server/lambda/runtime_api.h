// Lambda's Runtime API for one process: hands it one invocation after the other and takes the answers.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "server/http/http_message.h"
#include "server/lambda/function.h"

namespace dynarock {

// Bytes of a response that is passed on; Lambda's limit.
// Source: public code and issues that quote Lambda's answers.
inline constexpr std::size_t kLongestResponse = 6'291'556;

// The time in which a process loads its code.
enum class InitTime {
  kOwn,           // its own, see kInitTimeout
  kOfInvocation,  // the function's, as that of the call
};

// Thread-safe: the process speaks to Handle, the caller waits in Call. Requests of web pages are refused. That only the
// function's own processes are heard is up to the server in front of it: HttpServerOptions::admits.
// Source: Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
class RuntimeApi final : public HttpHandler {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Outcome { kAnswered, kTimedOut, kInitTimedOut, kEnded };

  struct Answer {
    Outcome outcome = Outcome::kAnswered;
    std::string payload;
    bool is_error = false;
  };

  RuntimeApi(std::string function_arn, std::chrono::seconds timeout, std::chrono::milliseconds init_timeout)
      : function_arn_(std::move(function_arn)), timeout_(timeout), init_timeout_(init_timeout) {}

  // "127.0.0.1:PORT", which requests must name as their host. Call it before the first of them.
  void SetAddress(std::string address) { address_ = std::move(address); }

  void Handle(const HttpRequest& request, HttpReply& reply) override;

  // Gives the invocation to the process when it asks next and waits for the answer. The function's time starts when the
  // process takes it, or with kOfInvocation at once. One call at a time.
  Answer Call(const Invocation& invocation, InitTime init = InitTime::kOwn);

  // The process is gone, or shall go: calls end, and requests that wait are answered.
  void End();

 private:
  bool IsOfAPage(const HttpRequest& request) const;
  bool HasAnotherWaiting(std::uint16_t peer_port) const;
  void HandleNext(const HttpRequest& request, HttpReply& reply);
  void HandleAnswer(const HttpRequest& request, HttpReply& reply, bool is_error);
  HttpReply NextReply();
  bool AwaitAnswer(std::unique_lock<std::mutex>& lock, Clock::time_point init_deadline);

  const std::string function_arn_;
  const std::chrono::seconds timeout_;
  const std::chrono::milliseconds init_timeout_;
  std::string address_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Invocation> invocation_;  // until it is answered
  bool taken_ = false;                    // whether the process has it
  // Of the taken one, or of one whose time began with its call.
  std::optional<Clock::time_point> deadline_;
  std::optional<Answer> answer_;
  std::optional<Answer> init_error_;  // why the process can't serve
  ReplyCallback waiting_;             // the process's request for the next one
  std::uint16_t waiting_port_ = 0;    // where it came from
  bool ended_ = false;
};

}  // namespace dynarock
