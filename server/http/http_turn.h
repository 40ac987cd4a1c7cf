// The end of a turn of a worker's event loop: all replies of the turn leave then, together, behind one settlement. So
// writes are committed and the log is written once for them, and sending, which wakes the clients, does not take turns
// with the work of answering.
#pragma once

#include <atomic>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/http/http_message.h"
#include "server/http/reply_sender.h"
#include "server/http/request_head.h"

namespace dynarock {

class LoopThreads;

struct TurnOutcome {
  bool settled = false;        // Settle's; nothing was sent if not
  std::ptrdiff_t written = 0;  // bytes of the reply, or the negative errno
};

// Replies that wait for the end of a turn.
struct TurnReplies {
  using Waiting = boost::asio::any_completion_handler<void(TurnOutcome)>;
  std::vector<SocketWrite> writes;
  std::vector<Waiting> waiting;  // one for each of `writes`

  void Add(SocketWrite write, Waiting one) {
    writes.push_back(write);
    waiting.push_back(std::move(one));
  }
  // Takes out those of requests that changed nothing.
  TurnReplies TakeReads();
};

// Thrown out of an event loop by the thread that has lost it.
struct LoopLost {};

// The time in which one thread runs a worker's event loop. While the thread is busy, with a request or a settlement,
// the loop may be given to another thread, with a run of its own; the busy one finishes what it does outside of it.
class LoopRun {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::uint64_t kLost = ~std::uint64_t{0};

  explicit LoopRun(std::unique_ptr<HandlerTurn> turn) : turn_(std::move(turn)) {}

  // What its requests and settlements share; only the run's thread uses it, after a loss too.
  HandlerTurn* turn() const { return turn_.get(); }

  // By the run's thread: it is busy with `request`, or with a settlement if that is null.
  void Begin(const RequestHead* request) {
    request_ = request;
    mark_.exchange(++number_);
  }
  // It is no longer. False: the loop belongs to another thread now.
  bool End() {
    std::uint64_t busy = number_;
    return mark_.compare_exchange_strong(busy, ++number_);
  }
  bool is_lost() const { return mark_.load() == kLost; }

  // From any thread. Different for each thing that the thread is busy with.
  std::uint64_t mark() const { return mark_.load(); }
  static bool IsBusy(std::uint64_t mark) { return mark % 2 == 1 && mark != kLost; }

  // What it is busy with, null for a commit. Requires: it can't leave that.
  const RequestHead* request() const { return request_; }

  // Set from its loss on, under LoopThreads' lock.
  TurnReplies left;     // of the turn in which it was lost; they report what its thread has to settle
  bool settled = true;  // whether all that was settled since then succeeded
  boost::asio::any_completion_handler<void(bool)> rejoin;  // of the session that it was busy with
  bool rejoins_at_once = false;                            // its request changed nothing
  Clock::time_point lost_at;
  std::string lost_in;
  std::chrono::seconds told{0};  // how long it is known to be busy

 private:
  friend class LoopThreads;
  const std::unique_ptr<HandlerTurn> turn_;
  const RequestHead* request_ = nullptr;
  std::uint64_t number_ = 0;
  std::atomic<std::uint64_t> mark_ = 0;  // odd: busy
};

// Belongs to one worker, used by the thread that runs its event loop. A turn begins with a request, and goes on while
// there are more that are ready.
class HttpTurn {
 public:
  // `threads` may be null; then the loop is always run by one thread.
  HttpTurn(boost::asio::io_context& io, HttpHandler& handler, LoopThreads* threads)
      : io_(io), handler_(handler), threads_(threads) {}

  // Begins a run of the loop: by the calling thread if there was none yet; else by one that is not the loop's, while
  // the loop's is busy.
  void Give(LoopRun& next);
  LoopRun& run() { return *run_; }
  boost::asio::io_context& io() { return io_; }

  // Marks the thread as busy with a request.
  LoopRun& Begin(const RequestHead& request) {
    LoopRun& run = *run_;  // the turn has another as soon as the loop is lost
    run.Begin(&request);
    NoteActivity();
    return run;
  }

  // The same for a request that is expected to take long: the loop is given away at once if that is possible, behind
  // the replies that wait for the end of the turn.
  LoopRun& BeginLong(const RequestHead& request);

  // A request was handled: what it did is settled when the turn ends, whoever waits for that.
  void CountRequest() {
    if (++handled_ > 1) return;
    begun_ = Clock::now();
    PostCheck(0);
  }

  // Takes a session whose thread has lost the loop back to it, when what the thread did is settled; gives whether it
  // could be. With `only_reads` it is taken back at once. Requires: a call by that thread in a coroutine of the loop.
  template <class Token>
  static auto Rejoin(LoopRun& lost, bool only_reads, Token&& token) {
    return boost::asio::async_initiate<Token, void(bool)>(
        [&lost, only_reads](auto waiting) {
          lost.rejoins_at_once = only_reads;
          // Boost 1.81's assignment calls itself for ever.
          boost::asio::any_completion_handler<void(bool)>(std::move(waiting)).swap(lost.rejoin);
          throw LoopLost();
        },
        token);
  }

  // Completes at the end of the turn, when `reply` was sent as far as its socket takes it. Without a socket it is only
  // waited. The caller must not answer a request before it has given the loop a chance to go on.
  template <class Token>
  auto End(SocketWrite reply, Token&& token) {
    return boost::asio::async_initiate<Token, void(TurnOutcome)>(
        [this, reply](auto waiting) { Add(reply, TurnReplies::Waiting(std::move(waiting))); }, token);
  }

  // Sends `replies`, if what they report is settled, and completes them. Those that only read are sent anyway.
  void Complete(TurnReplies replies, bool settled);

  // How many connections may send requests: when so many were handled, no more are waited for.
  void CountConnections(int change) { connections_ += change; }
  int connections() const { return connections_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::microseconds kLongest{300};

  void Add(SocketWrite reply, TurnReplies::Waiting waiting) {
    replies_.Add(reply, std::move(waiting));
    if (handled_ == 0 && replies_.waiting.size() == 1) PostCheck(0);
  }

  // The check runs when the event loop has looked for requests once more. Those that it found then are still behind it.
  void PostCheck(int handled_before) {
    boost::asio::post(io_, [this, handled_before] { Check(handled_before); });
  }

  void Check(int handled_before) {
    const bool may_go_on = handled_ < connections_ && Clock::now() - begun_ < kLongest;
    if (may_go_on && handled_ > handled_before) return PostCheck(handled_);
    Finish();
  }

  std::optional<bool> Settle();
  static void Resume(TurnReplies replies, bool settled);
  void Finish();
  void FinishEarly();
  void NoteActivity();

  boost::asio::io_context& io_;
  HttpHandler& handler_;
  LoopThreads* threads_;
  LoopRun* run_ = nullptr;
  ReplySender sender_;
  int connections_ = 0;
  int handled_ = 0;
  Clock::time_point begun_;
  TurnReplies replies_;
  TurnReplies settling_;  // those of the settlement that is under way
};

}  // namespace dynarock
