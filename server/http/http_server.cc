#include "server/http/http_server.h"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <vector>

#include "server/http/http_session.h"
#include "server/http/http_turn.h"
#include "server/http/loop_threads.h"

namespace dynarock {
namespace {

namespace asio = boost::asio;

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, HttpExecutor>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, HttpExecutor>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<HttpExecutor>());
constexpr int kMostRefused = 128;  // connections beyond the limit that are told so; the next ones are just closed

// One of the connections that may be open, counted from its making to its end.
class Place {
 public:
  explicit Place(std::atomic<int>& taken) : taken_(&taken, &Leave), number_(++taken) {}
  int number() const { return number_; }

 private:
  static void Leave(std::atomic<int>* taken) { --*taken; }
  std::unique_ptr<std::atomic<int>, void (*)(std::atomic<int>*)> taken_;
  int number_;
};

// An event loop and its connections, touched by one thread at a time.
struct Worker {
  Worker(HttpHandler& handler, LoopThreads* threads) : turn(io, handler, threads) {}

  asio::io_context io{1};
  asio::executor_work_guard<HttpExecutor> work = asio::make_work_guard(io);
  Timer timer{io};
  HttpTurn turn;
  std::list<HttpSession> sessions;
  bool stopping = false;

  // `place` is given back when the connection is over.
  void Serve(HttpSocket socket, Place place, const HttpSessionContext& context) {
    if (stopping) return;
    const auto session = sessions.emplace(sessions.end(), std::move(socket), context, turn);
    auto run = place.number() > context.options.most_connections ? session->RefuseConnection() : session->Run();
    asio::co_spawn(io, std::move(run), [this, session, place = std::move(place)](const std::exception_ptr&) {
      sessions.erase(session);
      EndIfDone();
    });
  }

  // Looks at the connections' timeouts once a second.
  void Watch() {
    timer.expires_after(std::chrono::seconds(1));
    timer.async_wait([this](boost::system::error_code error) {
      // It may have expired before Stop took the timer.
      if (error || stopping) return;
      const auto now = HttpSession::Clock::now();
      for (HttpSession& session : sessions) session.CheckTimeouts(now);
      Watch();
    });
  }

  void Stop(std::chrono::seconds limit) {
    stopping = true;
    for (HttpSession& session : sessions) session.Stop();
    timer.expires_after(limit);
    timer.async_wait([this](boost::system::error_code error) {
      if (!error) io.stop();
    });
    EndIfDone();
  }

  void EndIfDone() {
    if (!stopping || !sessions.empty()) return;
    timer.cancel();
    work.reset();
  }
};

std::uint16_t PortOfPeer(const HttpSocket& socket) {
  boost::system::error_code ignored;
  return socket.remote_endpoint(ignored).port();
}

struct Accepted {
  HttpSocket socket;
  Place place;
};

constexpr std::string_view kAllAddresses = "*";

Result<asio::ip::address> AddressOf(const std::string& host) {
  boost::system::error_code error;
  if (host == kAllAddresses) return asio::ip::address(asio::ip::address_v6::any());
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (!error) return address;
  return InternalError("Cannot listen on \"" + host +
                       "\": it is not a numeric address; use 127.0.0.1, 0.0.0.0, ::1 or :: for --host.");
}

// `option` names the port.
ApiError CannotListen(const std::string& place, const std::string& option, const boost::system::error_code& error) {
  const std::string begin = "Cannot listen on " + place + ": ";
  if (error == asio::error::address_in_use) {
    return InternalError(begin + "the port is in use; stop the program that uses it, or name another port with " +
                         option + ".");
  }
  if (error == asio::error::access_denied) {
    return InternalError(begin + "this user may not use the port; name a port above 1023 with " + option + ".");
  }
  return InternalError(begin + error.message() + "; name another address or port with --host or " + option + ".");
}

Result<void> Open(Acceptor& acceptor, const std::string& host, std::uint16_t port, const std::string& option) {
  TRY(const asio::ip::address address, AddressOf(host));
  asio::ip::tcp::endpoint endpoint(address, port);
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (host == kAllAddresses) {
    if (!error) acceptor.set_option(asio::ip::v6_only(false), error);
    if (error) {
      // A machine, or container, without IPv6.
      acceptor.close(error);
      endpoint = {asio::ip::tcp::v4(), port};
      acceptor.open(endpoint.protocol(), error);
    }
  }
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return CannotListen(host + ":" + std::to_string(port), option, error);
  return {};
}

}  // namespace

struct HttpServer::Rep {
  Rep(HttpServerOptions server_options, HttpHandler& http_handler)
      : options(std::move(server_options)),
        handler(http_handler),
        memory(options.memory_limit),
        threads(handler, options.most_spare_threads),
        workers(MakeWorkers(options, handler, threads)) {}

  static std::vector<std::unique_ptr<Worker>> MakeWorkers(const HttpServerOptions& options, HttpHandler& handler,
                                                          LoopThreads& threads) {
    std::vector<std::unique_ptr<Worker>> made;
    for (int i = 0; i < options.threads; ++i) {
      made.push_back(std::make_unique<Worker>(handler, options.most_spare_threads > 0 ? &threads : nullptr));
    }
    return made;
  }

  Worker& first() { return *workers.front(); }

  asio::awaitable<void, HttpExecutor> Accept(Acceptor& acceptor_of_port) {
    for (std::size_t next = 0;; next = (next + 1) % workers.size()) {
      Worker& worker = *workers[next];
      auto [error, socket] = co_await acceptor_of_port.async_accept(worker.io.get_executor(), kAwait);
      if (error == asio::error::operation_aborted || !acceptor_of_port.is_open()) co_return;
      if (error) {
        // Out of file descriptors: give connections time to end.
        Timer pause(first().io, std::chrono::milliseconds(50));
        co_await pause.async_wait(kAwait);
        continue;
      }
      if (options.admits && !options.admits(PortOfPeer(socket))) continue;
      // The handler must be copyable, the socket is not.
      auto shared = std::make_shared<Accepted>(Accepted{std::move(socket), Place(connections)});
      if (shared->place.number() > options.most_connections + kMostRefused) continue;
      asio::post(worker.io, [this, &worker, shared] {
        worker.Serve(std::move(shared->socket), std::move(shared->place), {options, handler, memory, threads});
      });
    }
  }

  void AwaitSignal() {
    signals.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      if (signal != SIGHUP) {
        stopped_by = signal;
        return Stop();
      }
      options.on_hangup();
      AwaitSignal();
    });
  }

  void Stop() {
    asio::post(first().io, [this] {
      if (!acceptor.is_open()) return;
      if (options.on_stop) options.on_stop();
      boost::system::error_code ignored;
      acceptor.close(ignored);
      tls_acceptor.close(ignored);
      signals.cancel(ignored);
      for (const auto& worker : workers) {
        asio::post(worker->io, [this, worker = worker.get()] { worker->Stop(options.stop_timeout); });
      }
    });
  }

  const HttpServerOptions options;
  HttpHandler& handler;
  MemoryBudget memory;
  LoopThreads threads;
  std::vector<std::unique_ptr<Worker>> workers;
  std::atomic<int> connections = 0;
  int stopped_by = 0;  // the signal
  Acceptor acceptor{first().io};
  Acceptor tls_acceptor{first().io};  // not open if there is no port of its own
  asio::basic_signal_set<HttpExecutor> signals{first().io};
};

HttpServer::HttpServer(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::Listen(const HttpServerOptions& options, HttpHandler& handler) {
  auto rep = std::make_unique<Rep>(options, handler);
  TRY_VOID(Open(rep->acceptor, options.host, options.port, "--port"));
  if (options.tls_port) TRY_VOID(Open(rep->tls_acceptor, options.host, *options.tls_port, "--tls-port"));
  // From here on, so that a signal between Listen and Run is not lost.
  if (options.handle_signals) {
    rep->signals.add(SIGINT);
    rep->signals.add(SIGTERM);
    if (options.on_hangup) rep->signals.add(SIGHUP);
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(rep)));
}

std::uint16_t HttpServer::port() const {
  return rep_->acceptor.local_endpoint().port();
}

std::uint16_t HttpServer::tls_port() const {
  return rep_->tls_acceptor.is_open() ? rep_->tls_acceptor.local_endpoint().port() : std::uint16_t{0};
}

int HttpServer::connections() const {
  return rep_->connections.load(std::memory_order_relaxed);
}

std::size_t HttpServer::memory() const {
  return rep_->memory.used();
}

int HttpServer::Run() {
  std::signal(SIGPIPE, SIG_IGN);
  rep_->AwaitSignal();
  asio::co_spawn(rep_->first().io, rep_->Accept(rep_->acceptor), asio::detached);
  if (rep_->tls_acceptor.is_open()) {
    asio::co_spawn(rep_->first().io, rep_->Accept(rep_->tls_acceptor), asio::detached);
  }
  std::vector<HttpTurn*> turns;
  for (const auto& worker : rep_->workers) {
    worker->Watch();
    turns.push_back(&worker->turn);
  }
  rep_->threads.Run(turns);
  return rep_->stopped_by;
}

void HttpServer::Stop() {
  rep_->Stop();
}

}  // namespace dynarock
