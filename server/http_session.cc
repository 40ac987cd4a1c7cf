#include "server/http_session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "engine/base/log.h"
#include "server/http_reply.h"
#include "server/http_turn.h"
#include "server/tls.h"

namespace dynarock {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<HttpExecutor>());
constexpr char kTlsHandshake = 0x16;  // the first byte of a TLS connection; no method begins with it
constexpr std::chrono::milliseconds kWaitStep{2};
constexpr std::chrono::seconds kLongestWait{20};
constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::size_t kKeptCapacity = 64 * 1024;  // larger buffers go back to the heap behind their request

std::string_view ToView(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

char FirstByte(const boost::beast::flat_buffer& bytes) {
  return *static_cast<const char*>(bytes.data().data());
}

// "name" of "name:port" and of "[name]:port".
std::string_view WithoutPort(std::string_view host) {
  if (!host.empty() && host[0] == '[') return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

// Path and query of a target in origin form or in absolute form, and the host of the latter.
void SplitTarget(std::string_view target, std::string_view& path, std::string_view& query, std::string_view& host) {
  if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && target[0] != '/') {
    const std::size_t slash = std::min(target.find_first_of("/?", scheme + 3), target.size());
    host = WithoutPort(target.substr(scheme + 3, slash - scheme - 3));
    target = slash == target.size() ? "/" : target.substr(slash);
  }
  const std::size_t mark = target.find('?');
  path = mark == 0 ? "/" : target.substr(0, mark);
  query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
}

using Message = http::request<http::string_body>;

class MessageHeaders final : public HttpHeaders {
 public:
  explicit MessageHeaders(const Message& message) : message_(message) {}

  // Beast finds them in a tree; few as they are, their lengths tell them apart sooner.
  std::string_view Find(std::string_view name) const override {
    for (const auto& field : message_) {
      if (field.name_string().size() == name.size() && boost::beast::iequals(field.name_string(), ToBeast(name))) {
        return ToView(field.value());
      }
    }
    return {};
  }
  std::vector<std::string_view> FindAll(std::string_view name) const override {
    std::vector<std::string_view> values;
    const auto [begin, end] = message_.equal_range(ToBeast(name));
    for (auto field = begin; field != end; ++field) values.push_back(ToView(field->value()));
    return values;
  }

 private:
  static boost::beast::string_view ToBeast(std::string_view name) { return {name.data(), name.size()}; }

  const Message& message_;
};

// Ours of the connection, an IPv4 address in its own form.
std::string LocalAddress(const HttpSocket& socket) {
  boost::system::error_code ignored;
  const asio::ip::address address = socket.local_endpoint(ignored).address();
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

int StatusOf(boost::system::error_code error) {
  if (error == http::error::body_limit) return 413;
  return 400;
}

}  // namespace

struct HttpSession::Request {
  http::request_parser<http::string_body> parser;
  bool asked_to_continue = false;
  std::size_t header_bytes = 0;  // read until the header ended, some of the body among them

  // Beast measures what it has not taken in yet, not the whole.
  bool HasLongHeader(std::size_t limit) const {
    if (header_bytes <= limit) return false;
    const auto& message = parser.get();
    std::size_t size = message.method_string().size() + message.target().size();
    for (const auto& field : message) size += field.name_string().size() + field.value().size();
    return !parser.is_header_done() || size > limit;
  }
};

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
  explicit Pending(const HttpExecutor& executor) : timer(executor, Timer::time_point::max()) {}

  Timer timer;  // never ends by itself; cancelled when the reply is there
  std::optional<HttpReply> reply;
};

HttpSession::HttpSession(HttpSocket socket, const HttpServerOptions& options, HttpHandler& handler, HttpTurn& turn)
    : socket_(std::move(socket)), options_(options), handler_(handler), turn_(turn), since_(Clock::now()) {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  turn_.CountConnections(1);
}

HttpSession::~HttpSession() {
  turn_.CountConnections(-1);
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
    if (request.parser.get().method() == http::verb::connect) {
      if (co_await StartTunnel(ToView(request.parser.get().target()))) continue;
      break;
    }
    if (const MessageHeaders headers(request.parser.get()); handler_.MustWait(headers)) co_await AwaitRoom(headers);
    open = Answer(request);
    if (later_) {
      // What was written before does not wait for this reply.
      bool sent = true;
      if (!output_.empty()) sent = co_await Write();
      if (!sent) break;
      co_await AwaitReply(request, open);
    }
    // Replies to requests that came together leave together.
    if (open && !stopping_ && input_.size() > 0 && output_.size() < kKeptCapacity) continue;
    if (!co_await Write()) break;
    Enter(State::kIdle);
  }
  co_await Close();
}

asio::awaitable<void, HttpExecutor> HttpSession::RefuseConnection() {
  Refuse(503, "This server has as many connections as --max-connections lets it have.\n");
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
asio::awaitable<bool, HttpExecutor> HttpSession::ReadRequest(Request& request) {
  for (;;) {
    if (input_.size() > 0) {
      if (!std::exchange(greeted_, true) && options_.authority != nullptr && FirstByte(input_) == kTlsHandshake) {
        if (!co_await StartTls(options_.authority->ContextAt(LocalAddress(socket_)))) co_return false;
        continue;
      }
      boost::system::error_code error;
      const bool had_header = request.parser.is_header_done();
      const std::size_t used = request.parser.put(input_.data(), error);
      input_.consume(used);
      if (!had_header) request.header_bytes += used;
      const bool is_wrong = error && error != http::error::need_more;
      if (is_wrong || (!had_header && request.HasLongHeader(options_.header_limit))) {
        Refuse(is_wrong ? StatusOf(error) : 400);
        co_return false;
      }
      if (request.parser.is_done()) co_return true;
      if (state_ != State::kReading && state_ != State::kReadingBody) Enter(State::kReading);
      if (state_ == State::kReading && request.parser.is_header_done()) Enter(State::kReadingBody);
      if (request.parser.is_header_done() && !request.asked_to_continue &&
          boost::beast::iequals(request.parser.get()[http::field::expect], "100-continue")) {
        request.asked_to_continue = true;
        output_ += "HTTP/1.1 100 Continue\r\n\r\n";
      }
    }
    if (!output_.empty() && !co_await Write()) co_return false;
    if (!co_await ReadSome()) {
      if (timed_out_ && state_ != State::kIdle) Refuse(408, "The request came too slowly.\n");
      co_return false;
    }
  }
}

asio::awaitable<bool, HttpExecutor> HttpSession::ReadSome() {
  const auto buffer = input_.prepare(kReadSize);
  const auto [error, size] =
      tls_ ? co_await tls_->stream.async_read_some(buffer, kAwait) : co_await socket_.async_read_some(buffer, kAwait);
  input_.commit(error ? 0 : size);
  body_bytes_ += size;
  co_return !error;
}

// Writes the output at the end of the turn, when what it tells can't be lost any more.
asio::awaitable<bool, HttpExecutor> HttpSession::Write() {
  const SocketWrite reply{tls_ ? -1 : socket_.native_handle(), output_};
  const HttpTurn::Outcome outcome = co_await turn_.End(reply, asio::use_awaitable_t<HttpExecutor>());
  if (!outcome.settled) {
    output_.clear();
    Refuse(500, "The writes behind this reply could not be logged.\n");
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
    Refuse(405, "This server makes no tunnels.\n");
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
  if (error) Log(LogLevel::kWarn, "a TLS handshake failed", {{"error", error.message()}});
  Enter(State::kIdle);
  co_return !error;
}

// Until what the request would wait for is there; other connections are served meanwhile.
asio::awaitable<void, HttpExecutor> HttpSession::AwaitRoom(const HttpHeaders& headers) {
  Pending::Timer timer(socket_.get_executor());
  const auto end = Clock::now() + kLongestWait;
  do {
    timer.expires_after(kWaitStep);
    co_await timer.async_wait(kAwait);
  } while (handler_.MustWait(headers) && !stopping_ && Clock::now() < end);
  since_ = Clock::now();
}

asio::awaitable<void, HttpExecutor> HttpSession::AwaitReply(Request& request, bool keep_alive) {
  const HttpExecutor executor = socket_.get_executor();
  const auto pending = std::make_shared<Pending>(executor);
  std::exchange(later_, {})([pending, executor](HttpReply reply) {
    asio::post(executor, [pending, reply = std::move(reply)]() mutable {
      pending->reply = std::move(reply);
      pending->timer.cancel();
    });
  });
  while (!pending->reply) co_await pending->timer.async_wait(kAwait);
  AppendReply(output_, *pending->reply, keep_alive, request.parser.get().method() != http::verb::head);
  since_ = Clock::now();
}

// Appends the reply, or leaves it to AwaitReply; whether the connection stays open.
bool HttpSession::Answer(Request& request) {
  auto& message = request.parser.get();
  const bool keep_alive = message.keep_alive() && !stopping_;
  const std::string_view encoding = ToView(message[http::field::content_encoding]);
  std::string compressed;
  if (options_.keep_wire_body && !encoding.empty()) compressed = message.body();
  const DecodeProblem problem = DecodeContent(encoding, options_.body_limit, message.body());
  if (problem != DecodeProblem::kNone) {
    RefuseBody(problem);
    return false;
  }
  const MessageHeaders headers(message);
  HttpRequest view{ToView(message.method_string()),
                   "",
                   "",
                   message.body(),
                   encoding.empty() ? std::string_view(message.body()) : std::string_view(compressed),
                   headers};
  std::string_view host;
  SplitTarget(ToView(message.target()), view.path, view.query, host);
  if (!host.empty() && RefuseForeignHost(host)) return false;
  HttpReply reply;
  handler_.Handle(view, reply);
  turn_.CountRequest();
  if (reply.later) {
    later_ = std::move(reply.later);
    return keep_alive;
  }
  const bool stays_open = keep_alive && !reply.close;
  AppendReply(output_, reply, stays_open, view.method != "HEAD");
  return stays_open;
}

// Whether the host, asked for as of a proxy, is none of ours; then the refusal is the reply.
bool HttpSession::RefuseForeignHost(std::string_view host) {
  if (options_.answers_for == nullptr || options_.answers_for(host)) return false;
  const std::string reason = "Refused a request for " + std::string(host) +
                             ": dynarock answers for DynamoDB and Lambda only, and nothing leaves this machine.";
  Log(LogLevel::kWarn, reason);
  Refuse(403, reason + "\n");
  return true;
}

// As AWS does, though the fault is the client's.
// Source: observed: scylladb test/alternator/test_compressed_request.py (against AWS).
void HttpSession::RefuseBody(DecodeProblem problem) {
  if (problem == DecodeProblem::kTooLarge) return Refuse(413);
  Refuse(500, problem == DecodeProblem::kUnknownEncoding ? "This Content-Encoding is not known.\n"
                                                         : "The body is not as its Content-Encoding says.\n");
}

void HttpSession::Refuse(int status, std::string_view reason) {
  refused_ = true;
  HttpReply reply;
  reply.status = status;
  reply.content_type = "text/plain";
  reply.body = reason;
  AppendReply(output_, reply, false, true);
}

void HttpSession::Stop() {
  stopping_ = true;
  if (state_ != State::kIdle && state_ != State::kLingering) return;
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
  constexpr std::chrono::seconds kGrace{5};  // of a body's rate: for a burst that is late
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
      return elapsed >= options_.reply_timeout;
    case State::kLingering:
      return elapsed >= options_.linger_timeout;
    default:
      return false;
  }
}

void HttpSession::CheckTimeouts(Clock::time_point now) {
  if (!IsTooSlow(now - since_)) return;
  timed_out_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace dynarock
