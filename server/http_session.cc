#include "server/http_session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/content_encoding.h"
#include "server/http_reply.h"

namespace dynarock {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<HttpExecutor>());
constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::size_t kKeptCapacity = 64 * 1024;  // larger buffers go back to the heap behind their request

std::string_view ToView(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// Path and query of a target in origin form or in absolute form.
void SplitTarget(std::string_view target, std::string_view& path, std::string_view& query) {
  if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && target[0] != '/') {
    const std::size_t slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  const std::size_t mark = target.find('?');
  path = target.substr(0, mark);
  query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
}

int StatusOf(boost::system::error_code error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  return 400;
}

}  // namespace

struct HttpSession::Request {
  http::request_parser<http::string_body> parser;
  bool asked_to_continue = false;
};

HttpSession::HttpSession(HttpSocket socket, const HttpServerOptions& options, HttpHandler& handler)
    : socket_(std::move(socket)), options_(options), handler_(handler), since_(Clock::now()) {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

asio::awaitable<void, HttpExecutor> HttpSession::Run() {
  bool open = true;
  while (open && !stopping_) {
    Request request;
    request.parser.body_limit(options_.body_limit);
    request.parser.header_limit(options_.header_limit);
    request.parser.eager(true);
    if (!co_await ReadRequest(request)) break;
    state_ = State::kAnswering;
    open = Answer(request);
    // Replies to requests that came together leave together.
    if (open && !stopping_ && !input_.empty() && output_.size() < kKeptCapacity) continue;
    if (!co_await Write()) break;
    state_ = State::kIdle;
    since_ = Clock::now();
  }
  if (!output_.empty()) static_cast<void>(co_await Write());
  if (refused_ && !stopping_) co_await Linger();
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

// False if the connection is over. A request that can't be read is answered here.
asio::awaitable<bool, HttpExecutor> HttpSession::ReadRequest(Request& request) {
  for (;;) {
    if (!input_.empty()) {
      if (state_ == State::kIdle) {
        state_ = State::kReading;
        since_ = Clock::now();
      }
      boost::system::error_code error;
      const std::size_t used = request.parser.put(asio::buffer(input_), error);
      input_.erase(0, used);
      if (error && error != http::error::need_more) {
        Refuse(StatusOf(error));
        co_return false;
      }
      if (request.parser.is_done()) co_return true;
      if (request.parser.is_header_done() && !request.asked_to_continue &&
          boost::beast::iequals(request.parser.get()[http::field::expect], "100-continue")) {
        request.asked_to_continue = true;
        output_ += "HTTP/1.1 100 Continue\r\n\r\n";
      }
    }
    if (!output_.empty() && !co_await Write()) co_return false;
    if (!co_await ReadSome()) co_return false;
  }
}

asio::awaitable<bool, HttpExecutor> HttpSession::ReadSome() {
  const std::size_t kept = input_.size();
  input_.resize(kept + kReadSize);
  const auto [error, size] = co_await socket_.async_read_some(asio::buffer(input_.data() + kept, kReadSize), kAwait);
  input_.resize(kept + (error ? 0 : size));
  co_return !error;
}

asio::awaitable<bool, HttpExecutor> HttpSession::Write() {
  boost::system::error_code error;
  std::size_t written = socket_.write_some(asio::buffer(output_), error);
  if (error == asio::error::would_block) {
    error = {};
    written = 0;
  }
  if (!error && written < output_.size()) {
    const auto [async_error, size] =
        co_await asio::async_write(socket_, asio::buffer(output_.data() + written, output_.size() - written), kAwait);
    static_cast<void>(size);
    error = async_error;
  }
  output_.clear();
  if (output_.capacity() > kKeptCapacity) output_.shrink_to_fit();
  if (input_.empty() && input_.capacity() > kKeptCapacity) input_.shrink_to_fit();
  co_return !error;
}

// Reads on what the client still sends: to close with unread bytes resets the connection, and the reply is lost.
asio::awaitable<void, HttpExecutor> HttpSession::Linger() {
  state_ = State::kLingering;
  since_ = Clock::now();
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  do {
    input_.clear();
  } while (co_await ReadSome());
}

// Appends the reply; whether the connection stays open.
bool HttpSession::Answer(Request& request) {
  auto& message = request.parser.get();
  const bool keep_alive = message.keep_alive() && !stopping_;
  const DecodeProblem problem =
      DecodeContent(ToView(message[http::field::content_encoding]), options_.body_limit, message.body());
  if (problem != DecodeProblem::kNone) {
    Refuse(problem == DecodeProblem::kTooLarge ? 413 : problem == DecodeProblem::kUnknownEncoding ? 415 : 400);
    return false;
  }
  HttpRequest view{ToView(message.method_string()), "", "", message.body(), [&message](std::string_view name) {
                     return ToView(message[boost::beast::string_view(name.data(), name.size())]);
                   }};
  SplitTarget(ToView(message.target()), view.path, view.query);
  HttpReply reply;
  handler_.Handle(view, reply);
  AppendReply(output_, reply, keep_alive, view.method != "HEAD");
  return keep_alive;
}

void HttpSession::Refuse(int status) {
  refused_ = true;
  HttpReply reply;
  reply.status = status;
  reply.content_type = "text/plain";
  AppendReply(output_, reply, false, true);
}

void HttpSession::Stop() {
  stopping_ = true;
  if (state_ != State::kIdle && state_ != State::kLingering) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

std::chrono::seconds HttpSession::Limit() const {
  switch (state_) {
    case State::kIdle:
      return options_.idle_timeout;
    case State::kLingering:
      return options_.linger_timeout;
    default:
      return options_.request_timeout;
  }
}

void HttpSession::CheckTimeouts(Clock::time_point now) {
  const auto limit = Limit();
  if (now - since_ < limit) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace dynarock
