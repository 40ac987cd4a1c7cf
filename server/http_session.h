// One connection: reads requests with Beast's parser on a plain socket, answers each as one buffer. A connection that
// begins with a TLS greeting, or asks for a tunnel by CONNECT, goes on under TLS.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <list>
#include <string>

#include "server/content_encoding.h"
#include "server/http_server.h"
#include "server/tls.h"

namespace dynarock {

using HttpExecutor = boost::asio::io_context::executor_type;
using HttpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, HttpExecutor>;

class HttpTurn;

class HttpSession {
 public:
  using Clock = std::chrono::steady_clock;

  // Requires: options, handler and turn outlive the session.
  HttpSession(HttpSocket socket, const HttpServerOptions& options, HttpHandler& handler, HttpTurn& turn);
  ~HttpSession();

  // Serves the connection until either side ends it.
  boost::asio::awaitable<void, HttpExecutor> Run();

  // Answers 503 unread: there are too many connections.
  boost::asio::awaitable<void, HttpExecutor> RefuseConnection();

  // Ends an idle connection at once, a busy one behind its reply.
  void Stop();

  // Ends the connection if it is past one of its timeouts.
  void CheckTimeouts(Clock::time_point now);

 private:
  struct Request;
  struct Tls;
  struct Pending;
  enum class State { kIdle, kReading, kReadingBody, kAnswering, kWriting, kLingering };

  boost::asio::awaitable<bool, HttpExecutor> ReadRequest(Request& request);
  boost::asio::awaitable<bool, HttpExecutor> ReadSome();
  boost::asio::awaitable<bool, HttpExecutor> Write();
  boost::asio::awaitable<bool, HttpExecutor> SendRest(std::ptrdiff_t sent);
  boost::asio::awaitable<void, HttpExecutor> Linger();
  boost::asio::awaitable<bool, HttpExecutor> StartTunnel(std::string_view target);
  boost::asio::awaitable<bool, HttpExecutor> StartTls(Result<SslContextPtr> context);
  boost::asio::awaitable<void, HttpExecutor> AwaitRoom(const HttpHeaders& headers);
  boost::asio::awaitable<void, HttpExecutor> AwaitReply(Request& request, bool keep_alive);
  bool Answer(Request& request);
  void Refuse(int status, std::string_view reason = "");
  void RefuseBody(DecodeProblem problem);
  bool RefuseForeignHost(std::string_view host);
  boost::asio::awaitable<void, HttpExecutor> Close();
  void Enter(State state);
  bool IsTooSlow(Clock::duration elapsed) const;

  HttpSocket socket_;
  const HttpServerOptions& options_;
  HttpHandler& handler_;
  HttpTurn& turn_;
  State state_ = State::kIdle;
  Clock::time_point since_;     // when the state began
  std::size_t body_bytes_ = 0;  // read since kReadingBody began
  bool stopping_ = false;
  bool timed_out_ = false;
  bool refused_ = false;                      // the last request, which may not be read to its end
  bool greeted_ = false;                      // whether the first byte was looked at
  std::unique_ptr<Tls> tls_;                  // null: plain
  std::function<void(ReplyCallback)> later_;  // of a reply that takes its time
  boost::beast::flat_buffer input_;           // bytes read and not yet parsed
  std::string output_;                        // replies not yet written
};

}  // namespace dynarock
