// One connection: reads requests from a plain socket, answers each as one buffer. A connection that begins with a TLS
// greeting, or asks for a tunnel by CONNECT, goes on under TLS.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <list>
#include <string>

#include "server/http/content_encoding.h"
#include "server/http/http_server.h"
#include "server/http/memory_budget.h"
#include "server/http/request_body.h"
#include "server/http/request_head.h"
#include "server/http/tls.h"

namespace dynarock {

using HttpExecutor = boost::asio::io_context::executor_type;
using HttpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, HttpExecutor>;

class HttpTurn;
class LoopRun;
class LoopThreads;

// What the sessions of a server share.
struct HttpSessionContext {
  const HttpServerOptions& options;
  HttpHandler& handler;
  MemoryBudget& memory;
  LoopThreads& threads;
};

class HttpSession {
 public:
  using Clock = std::chrono::steady_clock;

  // Requires: what is referred to outlives the session.
  HttpSession(HttpSocket socket, const HttpSessionContext& context, HttpTurn& turn);
  ~HttpSession();

  // Serves the connection until either side ends it.
  boost::asio::awaitable<void, HttpExecutor> Run();

  // Answers 503 unread: there are too many connections.
  boost::asio::awaitable<void, HttpExecutor> RefuseConnection();

  // Ends an idle connection and one whose request has not come whole at once, a busy one behind its reply.
  void Stop();

  // Ends the connection if it is past one of its timeouts, or if its client has gone while a reply is waited for.
  void CheckTimeouts(Clock::time_point now);

 private:
  struct Tls;
  struct Pending;
  enum class State { kIdle, kReading, kReadingBody, kAnswering, kAwaitingReply, kWriting, kLingering };
  enum class Progress { kMore, kDone, kRefused };
  static constexpr std::size_t kKeptCapacity = 64 * 1024;  // larger buffers go back to the heap behind their request
  static constexpr std::string_view kNoMemory =
      "Requests and replies in progress use all the memory that --max-memory allows; try again later.\n";

  boost::asio::awaitable<bool, HttpExecutor> ReadRequest();
  boost::asio::awaitable<bool, HttpExecutor> ReadSome();
  boost::asio::awaitable<bool, HttpExecutor> Write();
  boost::asio::awaitable<bool, HttpExecutor> SendRest(std::ptrdiff_t sent);
  boost::asio::awaitable<void, HttpExecutor> Linger();
  boost::asio::awaitable<bool, HttpExecutor> StartTunnel(std::string_view target);
  boost::asio::awaitable<bool, HttpExecutor> StartTls(Result<SslContextPtr> context);
  boost::asio::awaitable<void, HttpExecutor> AwaitRoom();
  boost::asio::awaitable<bool, HttpExecutor> AnswerInTurn();
  boost::asio::awaitable<bool, HttpExecutor> AwaitReply(bool keep_alive);
  // In http_session_input.cc.
  Progress TakeInput();
  Progress TakeHead();
  Progress TakeBody();
  Progress RefuseRequest(int status, std::string_view reason = "");
  bool Answer(LoopRun& run);
  void Refuse(int status, std::string_view reason = "");
  void RefuseBody(DecodeProblem problem);
  void RefuseUnsettled();
  bool RefuseForeignHost(std::string_view host);
  boost::asio::awaitable<void, HttpExecutor> Close();
  void Enter(State state);
  bool IsTooSlow(Clock::duration elapsed) const;
  bool HasClientGone() const;
  void CountMemory();

  HttpSocket socket_;
  const std::string peer_, own_;  // numeric addresses of both ends
  const HttpServerOptions& options_;
  HttpHandler& handler_;
  HttpTurn& turn_;
  LoopThreads& threads_;
  MemoryShare memory_;
  State state_ = State::kIdle;
  std::uint16_t peer_port_ = 0;         // if options.admits
  Clock::time_point since_;             // when the state began
  std::size_t body_bytes_ = 0;          // read since kReadingBody began
  std::atomic<bool> stopping_ = false;  // set by the loop's thread, while another may answer
  bool timed_out_ = false;
  bool refused_ = false;                      // the last request, which may not be read to its end
  bool greeted_ = false;                      // whether the first byte was looked at
  std::unique_ptr<Tls> tls_;                  // null: plain
  std::function<void(ReplyCallback)> later_;  // of a reply that takes its time
  bool later_ends_with_client_ = false;
  std::weak_ptr<Pending> pending_;   // the reply that is waited for
  RequestHead head_;                 // of the request
  RequestBody body_;                 // of the request
  bool has_head_ = false;            // whether the request's head has come whole
  std::size_t checked_ = 0;          // bytes of the input that were looked at for the end of the head
  boost::beast::flat_buffer input_;  // bytes read and not yet parsed
  std::string output_;               // replies not yet written
  bool only_reads_ = true;           // whether those are all of requests that changed nothing
};

}  // namespace dynarock
