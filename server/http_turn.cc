#include "server/http_turn.h"

#include <memory>

#include "server/loop_threads.h"

namespace dynarock {

// "PutItem", or "GET /path" of what is not an operation.
std::string LoopRun::name() const {
  constexpr std::size_t kLongest = 100;
  if (request_ == nullptr) return "a commit";
  const std::string_view target = request_->Find("X-Amz-Target");
  if (!target.empty()) return std::string(target.substr(target.find('.') + 1, kLongest));
  return std::string(request_->method().substr(0, kLongest)) + " " +
         std::string(request_->target().substr(0, kLongest));
}

void HttpTurn::Give(LoopRun& next) {
  if (run_ != nullptr && !replies_.waiting.empty()) run_->left = std::exchange(replies_, {});
  handled_ = 0;
  run_ = &next;
}

LoopRun& HttpTurn::BeginLong(const RequestHead& request) {
  LoopRun& run = *run_;
  if (threads_ == nullptr || connections_ < 2) return Begin(request);
  FinishEarly();
  if (run.is_lost()) return run;
  run.Begin(&request);
  threads_->HandOver(*this, run.mark());
  return run;
}

void HttpTurn::Complete(TurnReplies replies, bool settled) {
  if (settled) sender_.Send(replies.writes);
  for (std::size_t i = 0; i < replies.waiting.size(); ++i) {
    std::move(replies.waiting[i])(TurnOutcome{settled, replies.writes[i].written});
  }
}

void HttpTurn::Finish() {
  handled_ = 0;
  TurnReplies replies = std::exchange(replies_, {});
  LoopRun& run = *run_;
  run.Begin(nullptr);
  NoteActivity();
  const bool settled = handler_.Settle();
  if (!run.End()) {
    LoopThreads::Leave(run, std::move(replies), settled);
    throw LoopLost();
  }
  Complete(std::move(replies), settled);
}

// As Finish, but for the middle of a turn: the sessions go on when the event loop does.
void HttpTurn::FinishEarly() {
  if (replies_.waiting.empty()) return;
  auto replies = std::make_shared<TurnReplies>(std::exchange(replies_, {}));
  LoopRun& run = *run_;
  run.Begin(nullptr);
  NoteActivity();
  const bool settled = handler_.Settle();
  if (!run.End()) return LoopThreads::Leave(run, std::move(*replies), settled);
  if (settled) sender_.Send(replies->writes);
  boost::asio::post(io_, [replies, settled] {
    for (std::size_t i = 0; i < replies->waiting.size(); ++i) {
      std::move(replies->waiting[i])(TurnOutcome{settled, replies->writes[i].written});
    }
  });
}

void HttpTurn::NoteActivity() {
  if (threads_ != nullptr) threads_->NoteActivity();
}

}  // namespace dynarock
