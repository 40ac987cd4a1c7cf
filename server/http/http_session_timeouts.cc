// How long each state of a connection may last.
#include <boost/asio/error.hpp>

#include "server/http/http_session.h"

namespace dynarock {

void HttpSession::Stop() {
  stopping_ = true;
  if (state_ != State::kIdle && state_ != State::kReading && state_ != State::kLingering) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void HttpSession::Enter(State state) {
  state_ = state;
  since_ = Clock::now();
  body_bytes_ = 0;
}

// Whether the state has lasted longer than it may.
bool HttpSession::IsTooSlow(Clock::duration elapsed) const {
  constexpr std::chrono::seconds kGrace{5};          // of a body's rate: for a burst that is late
  constexpr std::chrono::seconds kLeastPatience{2};  // with replies that others need the memory of
  switch (state_) {
    case State::kIdle:
      return elapsed >= options_.idle_timeout;
    case State::kReading:
      return elapsed >= options_.header_timeout;
    case State::kReadingBody: {
      const auto seconds = static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::seconds>(elapsed).count());
      return elapsed >= options_.body_timeout ||
             (elapsed >= kGrace && body_bytes_ < options_.least_body_rate * seconds);
    }
    case State::kWriting:
      return elapsed >= options_.reply_timeout || (memory_.budget().IsSpent() && elapsed >= kLeastPatience);
    case State::kLingering:
      return elapsed >= options_.linger_timeout;
    default:
      return false;
  }
}

}  // namespace dynarock
