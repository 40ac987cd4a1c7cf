#include "server/http/http_turn.h"

#include <memory>
#include <utility>

#include "server/http/loop_threads.h"

namespace dynarock {

TurnReplies TurnReplies::TakeReads() {
  TurnReplies reads, others;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    (writes[i].only_reads ? reads : others).Add(writes[i], std::move(waiting[i]));
  }
  *this = std::move(others);
  return reads;
}

// The lost thread settles what it changed. Reads do not wait for that: they are of the next run's turn.
void HttpTurn::Give(LoopRun& next) {
  handled_ = 0;
  if (run_ != nullptr) {
    run_->left = std::exchange(settling_.waiting.empty() ? replies_ : settling_, {});
    replies_ = run_->left.TakeReads();
    if (!replies_.waiting.empty()) PostCheck(0);
  }
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
  TurnReplies sent = settled ? std::exchange(replies, {}) : replies.TakeReads();
  sender_.Send(sent.writes);
  Resume(std::move(sent), true);
  Resume(std::move(replies), false);
}

void HttpTurn::Resume(TurnReplies replies, bool settled) {
  for (std::size_t i = 0; i < replies.waiting.size(); ++i) {
    std::move(replies.waiting[i])(TurnOutcome{settled, replies.writes[i].written});
  }
}

// Settles the turn of `settling_`. Nullopt: the thread has lost the loop meanwhile, and the turn with it.
std::optional<bool> HttpTurn::Settle() {
  handled_ = 0;
  settling_ = std::exchange(replies_, {});
  LoopRun& run = *run_;
  run.Begin(nullptr);
  NoteActivity();
  const bool settled = handler_.Settle(run.turn());
  if (run.End()) return settled;
  run.settled = settled;
  return std::nullopt;
}

void HttpTurn::Finish() {
  const std::optional<bool> settled = Settle();
  if (!settled) throw LoopLost();
  Complete(std::exchange(settling_, {}), *settled);
}

// As Finish, but for the middle of a turn: the sessions go on when the event loop does.
void HttpTurn::FinishEarly() {
  if (replies_.waiting.empty()) return;
  const std::optional<bool> settled = Settle();
  if (!settled) return;
  auto replies = std::make_shared<TurnReplies>(std::exchange(settling_, {}));
  auto reads = std::make_shared<TurnReplies>(*settled ? TurnReplies() : replies->TakeReads());
  sender_.Send(*settled ? replies->writes : reads->writes);
  boost::asio::post(io_, [replies, reads, settled = *settled] {
    Resume(std::move(*reads), true);
    Resume(std::move(*replies), settled);
  });
}

void HttpTurn::NoteActivity() {
  if (threads_ != nullptr) threads_->NoteActivity();
}

}  // namespace dynarock
