#include "server/http/http_turn.h"

#include <memory>

#include "server/http/loop_threads.h"

namespace dynarock {

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
  const bool settled = handler_.Settle(run.turn());
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
  const bool settled = handler_.Settle(run.turn());
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
