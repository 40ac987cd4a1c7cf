// The end of a turn of a worker's event loop: all replies of the turn leave then, together, behind one settlement. So
// writes are committed and the log is written once for them, and sending, which wakes the clients, does not take turns
// with the work of answering.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "server/http_message.h"
#include "server/reply_sender.h"

namespace dynarock {

// Belongs to one worker and its thread. A turn begins with a request, and goes on while there are more that are ready.
class HttpTurn {
 public:
  struct Outcome {
    bool settled = false;        // Settle's; nothing was sent if not
    std::ptrdiff_t written = 0;  // bytes of the reply, or the negative errno
  };

  HttpTurn(boost::asio::io_context& io, HttpHandler& handler) : io_(io), handler_(handler) {}

  // A request was handled: what it did is settled when the turn ends, whoever waits for that.
  void CountRequest() {
    if (++handled_ > 1) return;
    begun_ = Clock::now();
    PostCheck(0);
  }

  // Completes at the end of the turn, when `reply` was sent as far as its socket takes it. Without a socket it is only
  // waited.
  template <class Token>
  auto End(SocketWrite reply, Token&& token) {
    return boost::asio::async_initiate<Token, void(Outcome)>(
        [this, reply](auto waiting) { Add(reply, Waiting(std::move(waiting))); }, token);
  }

  // How many connections may send requests: when so many were handled, no more are waited for.
  void CountConnections(int change) { connections_ += change; }

 private:
  using Clock = std::chrono::steady_clock;
  using Waiting = boost::asio::any_completion_handler<void(Outcome)>;
  static constexpr std::chrono::microseconds kLongest{300};

  void Add(SocketWrite reply, Waiting waiting) {
    replies_.push_back(reply);
    waiting_.push_back(std::move(waiting));
    if (handled_ == 0 && waiting_.size() == 1) PostCheck(0);
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

  void Finish() {
    handled_ = 0;
    const bool settled = handler_.Settle();
    if (settled) sender_.Send(replies_);
    const std::vector<SocketWrite> replies = std::exchange(replies_, {});
    std::vector<Waiting> waiting = std::exchange(waiting_, {});
    for (std::size_t i = 0; i < waiting.size(); ++i) std::move(waiting[i])(Outcome{settled, replies[i].written});
  }

  boost::asio::io_context& io_;
  HttpHandler& handler_;
  ReplySender sender_;
  int connections_ = 0;
  int handled_ = 0;
  Clock::time_point begun_;
  std::vector<SocketWrite> replies_;
  std::vector<Waiting> waiting_;
};

}  // namespace dynarock
