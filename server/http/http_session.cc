#include "server/http/http_session.h"

#include <poll.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "engine/base/log.h"
#include "server/http/http_reply.h"
#include "server/http/http_turn.h"
#include "server/http/loop_threads.h"
#include "server/http/tls.h"

namespace dynarock {
namespace {

namespace asio = boost::asio;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<HttpExecutor>());
constexpr char kTlsHandshake = 0x16;  // the first byte of a TLS connection; no method begins with it
constexpr std::chrono::milliseconds kWaitStep{2};
constexpr std::chrono::seconds kLongestWait{20};
constexpr std::size_t kReadSize = 16 * 1024;

char FirstByte(const boost::beast::flat_buffer& bytes) {
  return *static_cast<const char*>(bytes.data().data());
}

// "name" of "name:port" and of "[name]:port".
std::string_view WithoutPort(std::string_view host) {
  if (!host.empty() && host[0] == '[') return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

// Path and query of a target in origin form or in absolute form, and host and port of the latter.
void SplitTarget(std::string_view target, std::string_view& path, std::string_view& query, std::string_view& host) {
  if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && target[0] != '/') {
    const std::size_t slash = std::min(target.find_first_of("/?", scheme + 3), target.size());
    host = target.substr(scheme + 3, slash - scheme - 3);
    target = slash == target.size() ? "/" : target.substr(slash);
  }
  const std::size_t mark = target.find('?');
  path = mark == 0 ? "/" : target.substr(0, mark);
  query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
}

// The address of one end of the connection, an IPv4 address in its own form; "" if the connection is over.
std::string TextOf(const HttpSocket& socket,
                   asio::ip::tcp::endpoint (HttpSocket::*end)(boost::system::error_code&) const) {
  boost::system::error_code error;
  const asio::ip::address address = (socket.*end)(error).address();
  if (error) return "";
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

}  // namespace

struct HttpSession::Tls {
  Tls(SslContextPtr shared, HttpSocket& socket)
      : owner(std::move(shared)), context(NewReference(owner.get())), stream(socket, context) {}

  // Asio's context gives up one reference when it ends.
  static SSL_CTX* NewReference(SSL_CTX* context) {
    SSL_CTX_up_ref(context);
    return context;
  }

  SslContextPtr owner;
  asio::ssl::context context;
  asio::ssl::stream<HttpSocket&> stream;
};

// A reply that somebody else gives, later.
struct HttpSession::Pending {
  using Timer =
      asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, HttpExecutor>;
  explicit Pending(const HttpExecutor& executor) { timer.emplace(executor, Timer::time_point::max()); }

  void Wake() {
    if (timer) timer->cancel();
  }

  std::optional<Timer> timer;  // never ends by itself; gone with the session, whose end the callback may outlive
  std::optional<HttpReply> reply;
  bool is_abandoned = false;  // the client has gone
  bool ends_with_client = false;
};

HttpSession::HttpSession(HttpSocket socket, const HttpSessionContext& context, HttpTurn& turn)
    : socket_(std::move(socket)),
      peer_(TextOf(socket_, &HttpSocket::remote_endpoint)),
      own_(TextOf(socket_, &HttpSocket::local_endpoint)),
      options_(context.options),
      handler_(context.handler),
      turn_(turn),
      threads_(context.threads),
      memory_(context.memory),
      since_(Clock::now()) {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  if (options_.admits) peer_port_ = socket_.remote_endpoint(ignored).port();
  turn_.CountConnections(1);
}

HttpSession::~HttpSession() {
  if (const std::shared_ptr<Pending> pending = pending_.lock()) pending->timer.reset();
  turn_.CountConnections(-1);
}

asio::awaitable<void, HttpExecutor> HttpSession::Run() {
  bool open = true;
  while (open && !stopping_) {
    if (!co_await ReadRequest()) break;
    state_ = State::kAnswering;
    if (head_.method() == "CONNECT") {
      if (co_await StartTunnel(head_.target())) continue;
      break;
    }
    open = co_await AnswerInTurn();
    if (later_) {
      // What was written before does not wait for this reply.
      bool sent = true;
      if (!output_.empty()) sent = co_await Write();
      if (!sent || !co_await AwaitReply(open)) break;
    }
    body_.Clear();
    head_.Shrink();  // only now: the request borrows from it until its reply is there
    // Replies to requests that came together leave together.
    if (open && !stopping_ && input_.size() > 0 && output_.size() < kKeptCapacity) continue;
    if (!co_await Write()) break;
    Enter(State::kIdle);
    // The end of the turn has others to tell, who must not wait for the next request.
    if (input_.size() > 0) co_await asio::post(socket_.get_executor(), asio::use_awaitable_t<HttpExecutor>());
  }
  co_await Close();
}

asio::awaitable<void, HttpExecutor> HttpSession::RefuseConnection() {
  Refuse(503, "This server has reached its maximum of connections (--max-connections).\n");
  co_await Close();
}

asio::awaitable<void, HttpExecutor> HttpSession::Close() {
  if (!output_.empty()) static_cast<void>(co_await Write());
  if (refused_ && !stopping_) co_await Linger();
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

// False if the connection is over. A request that can't be read is answered here.
asio::awaitable<bool, HttpExecutor> HttpSession::ReadRequest() {
  has_head_ = false;
  checked_ = 0;
  for (;;) {
    if (input_.size() > 0) {
      if (!std::exchange(greeted_, true) && options_.authority != nullptr && FirstByte(input_) == kTlsHandshake) {
        if (!co_await StartTls(options_.authority->ContextAt(own_))) co_return false;
        continue;
      }
      const Progress progress = TakeInput();
      if (progress != Progress::kMore) co_return progress == Progress::kDone;
    }
    if (!output_.empty() && !co_await Write()) co_return false;
    if (!co_await ReadSome()) {
      if (timed_out_ && state_ != State::kIdle) Refuse(408, "The request came too slowly.\n");
      co_return false;
    }
  }
}

// Tells the budget what the connection takes.
void HttpSession::CountMemory() {
  memory_.Set(input_.capacity() + body_.capacity() + output_.capacity());
}

asio::awaitable<bool, HttpExecutor> HttpSession::ReadSome() {
  const auto buffer = input_.prepare(kReadSize);
  CountMemory();
  const auto [error, size] =
      tls_ ? co_await tls_->stream.async_read_some(buffer, kAwait) : co_await socket_.async_read_some(buffer, kAwait);
  input_.commit(error ? 0 : size);
  body_bytes_ += size;
  co_return !error;
}

// Writes the output at the end of the turn, when what it tells can't be lost any more.
asio::awaitable<bool, HttpExecutor> HttpSession::Write() {
  const SocketWrite reply{
      .socket = tls_ ? -1 : socket_.native_handle(), .bytes = output_, .only_reads = std::exchange(only_reads_, true)};
  CountMemory();
  const TurnOutcome outcome = co_await turn_.End(reply, asio::use_awaitable_t<HttpExecutor>());
  if (!outcome.settled) {
    RefuseUnsettled();
  }
  const bool sent = co_await SendRest(outcome.written);
  co_return outcome.settled ? sent : false;
}

// Of the output so many bytes are sent already, or the negative errno of the attempt.
asio::awaitable<bool, HttpExecutor> HttpSession::SendRest(std::ptrdiff_t sent) {
  boost::system::error_code error;
  if (sent < 0 && sent != -EAGAIN) error.assign(static_cast<int>(-sent), boost::system::system_category());
  const std::size_t written = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  if (!error && written < output_.size()) {
    const State before = state_;
    Enter(State::kWriting);
    const auto rest = asio::buffer(output_.data() + written, output_.size() - written);
    const auto [async_error, size] = tls_ ? co_await asio::async_write(tls_->stream, rest, kAwait)
                                          : co_await asio::async_write(socket_, rest, kAwait);
    static_cast<void>(size);
    error = async_error;
    Enter(before);
  }
  output_.clear();
  if (output_.capacity() > kKeptCapacity) output_.shrink_to_fit();
  if (input_.size() == 0 && input_.capacity() > kKeptCapacity) input_.shrink_to_fit();
  CountMemory();
  co_return !error;
}

// Reads on what the client still sends: to close with unread bytes resets the connection, and the reply is lost.
asio::awaitable<void, HttpExecutor> HttpSession::Linger() {
  Enter(State::kLingering);
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  do {
    input_.consume(input_.size());
  } while (co_await ReadSome());
}

// Answers CONNECT: what follows is TLS for the name asked for. False if the connection is over.
asio::awaitable<bool, HttpExecutor> HttpSession::StartTunnel(std::string_view target) {
  const std::string host(WithoutPort(target));
  if (RefuseForeignHost(host)) co_return false;
  if (options_.authority == nullptr || tls_) {
    Refuse(405, "This server does not open tunnels.\n");
    co_return false;
  }
  output_ += "HTTP/1.1 200 Connection established\r\n\r\n";
  if (!co_await Write()) co_return false;
  co_return co_await StartTls(options_.authority->ContextFor(host));
}

// Goes on under TLS, with what was read of it already.
asio::awaitable<bool, HttpExecutor> HttpSession::StartTls(Result<SslContextPtr> context) {
  greeted_ = true;
  if (!context) {
    Log(LogLevel::kError, context.error().message);
    co_return false;
  }
  tls_ = std::make_unique<Tls>(std::move(*context), socket_);
  Enter(State::kReading);
  const boost::beast::flat_buffer greeting = std::exchange(input_, {});
  const auto [error, used] =
      co_await tls_->stream.async_handshake(asio::ssl::stream_base::server, greeting.data(), kAwait);
  static_cast<void>(used);
  if (error) Log(LogLevel::kWarn, "TLS handshake failed", {{"error", error.message()}});
  Enter(State::kIdle);
  co_return !error;
}

// Until what the request would wait for is there; other connections are served meanwhile.
asio::awaitable<void, HttpExecutor> HttpSession::AwaitRoom() {
  Pending::Timer timer(socket_.get_executor());
  const auto end = Clock::now() + kLongestWait;
  do {
    timer.expires_after(kWaitStep);
    co_await timer.async_wait(kAwait);
  } while (handler_.MustWait(head_, body_.data()) && !stopping_ && Clock::now() < end);
  since_ = Clock::now();
}

// False if the client has gone meanwhile.
asio::awaitable<bool, HttpExecutor> HttpSession::AwaitReply(bool keep_alive) {
  const HttpExecutor executor = socket_.get_executor();
  const auto pending = std::make_shared<Pending>(executor);
  pending->ends_with_client = later_ends_with_client_;
  pending_ = pending;
  Enter(State::kAwaitingReply);
  std::exchange(later_, {})([pending, executor](HttpReply reply) {
    asio::post(executor, [pending, reply = std::move(reply)]() mutable {
      pending->reply = std::move(reply);
      pending->Wake();
    });
  });
  while (!pending->reply && !pending->is_abandoned) co_await pending->timer->async_wait(kAwait);
  pending->timer.reset();
  Enter(State::kAnswering);
  if (pending->is_abandoned) co_return false;
  AppendReply(output_, *pending->reply, handler_, keep_alive && !stopping_, head_.method() != "HEAD");
  co_return true;
}

// Appends the reply, or leaves it to AwaitReply; whether the connection stays open. The thread may lose the loop
// meanwhile; then it settles what the request did, and the session goes on in the loop.
asio::awaitable<bool, HttpExecutor> HttpSession::AnswerInTurn() {
  // A read sees what was asked for before it on its connection.
  if (!only_reads_ && !handler_.MayWrite(head_, body_.data()) && !co_await Write()) co_return false;
  if (handler_.MustWait(head_, body_.data())) co_await AwaitRoom();
  while (threads_.HoldsWrites() && handler_.MayWrite(head_, body_.data())) {
    co_await threads_.WaitToWrite(turn_, asio::use_awaitable_t<HttpExecutor>());
  }
  const bool is_long = handler_.MayTakeLong(head_, body_.data().size()) && turn_.connections() > 1;
  if (is_long && !threads_.TryBeginLong()) {
    co_await threads_.WaitToBeginLong(turn_, asio::use_awaitable_t<HttpExecutor>());
  }
  LoopRun& run = is_long ? turn_.BeginLong(head_) : turn_.Begin(head_);
  bool open = Answer(run);
  if (is_long) threads_.EndLong();
  if (run.End()) {
    turn_.CountRequest();
    co_return open;
  }
  if (!co_await HttpTurn::Rejoin(run, only_reads_, asio::use_awaitable_t<HttpExecutor>())) {
    later_ = {};
    RefuseUnsettled();
    open = false;
  }
  co_return open;
}

bool HttpSession::Answer(LoopRun& run) {
  const bool keep_alive = head_.keeps_alive() && !stopping_;
  const std::string_view encoding = head_.Find("Content-Encoding");
  std::string compressed;
  if (options_.keep_wire_body && !encoding.empty()) compressed = body_.data();
  const DecodeProblem problem = DecodeContent(encoding, options_.body_limit, body_.data());
  if (problem != DecodeProblem::kNone) {
    RefuseBody(problem);
    return false;
  }
  HttpRequest view{.method = head_.method(),
                   .path = "",
                   .query = "",
                   .body = body_.data(),
                   .wire_body = encoding.empty() ? std::string_view(body_.data()) : std::string_view(compressed),
                   .headers = head_,
                   .peer = peer_,
                   .own = own_,
                   .peer_port = peer_port_,
                   .is_encrypted = tls_ != nullptr,
                   .turn = run.turn()};
  SplitTarget(head_.target(), view.path, view.query, view.target_host);
  if (!view.target_host.empty() && RefuseForeignHost(WithoutPort(view.target_host))) return false;
  HttpReply reply;
  handler_.Handle(view, reply);
  only_reads_ = only_reads_ && reply.only_reads;
  if (reply.later) {
    later_ = std::move(reply.later);
    later_ends_with_client_ = reply.ends_with_client;
    return keep_alive;
  }
  const bool stays_open = keep_alive && !reply.close;
  AppendReply(output_, reply, handler_, stays_open, view.method != "HEAD");
  return stays_open;
}

// Whether the client of a reply that is waited for has gone, as far as it can be known.
bool HttpSession::HasClientGone() const {
  const std::shared_ptr<Pending> pending = pending_.lock();
  if (!pending) return false;
  pollfd state{.fd = const_cast<HttpSocket&>(socket_).native_handle(), .events = POLLRDHUP, .revents = 0};
  if (poll(&state, 1, 0) != 1) return false;
  return (state.revents & (POLLERR | POLLHUP)) != 0 || pending->ends_with_client;
}

void HttpSession::CheckTimeouts(Clock::time_point now) {
  if (state_ == State::kAwaitingReply) {
    if (!HasClientGone()) return;
    const std::shared_ptr<Pending> pending = pending_.lock();
    pending->is_abandoned = true;
    pending->Wake();
    return;
  }
  if (!IsTooSlow(now - since_)) return;
  timed_out_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace dynarock
