// The end of a turn of a worker's event loop: all replies of the turn leave then, together, behind one settlement. So
// the log is written once for them, and sending, which wakes the clients, does not take turns with the work of
// answering.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "server/http_message.h"

namespace dynarock {

// Belongs to one worker and its thread.
class HttpTurn {
 public:
  HttpTurn(boost::asio::io_context& io, HttpHandler& handler) : io_(io), handler_(handler) {}

  // Completes with Settle's outcome when the requests that are ready now have been handled.
  template <class Token>
  auto End(Token&& token) {
    return boost::asio::async_initiate<Token, void(bool)>([this](auto waiting) { Add(Waiting(std::move(waiting))); },
                                                          token);
  }

 private:
  using Waiting = boost::asio::any_completion_handler<void(bool)>;

  void Add(Waiting waiting) {
    waiting_.push_back(std::move(waiting));
    if (waiting_.size() > 1) return;
    boost::asio::post(io_, [this] {
      const bool settled = handler_.Settle();
      for (Waiting& reply : std::exchange(waiting_, {})) std::move(reply)(settled);
    });
  }

  boost::asio::io_context& io_;
  HttpHandler& handler_;
  std::vector<Waiting> waiting_;
};

}  // namespace dynarock
