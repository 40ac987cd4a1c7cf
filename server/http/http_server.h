// An HTTP/1.1 server: a few threads, each with its own event loop and its share of the connections.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "server/http/http_message.h"

namespace dynarock {

class CertificateAuthority;

struct HttpServerOptions {
  std::string host = "127.0.0.1";  // a numeric address, "localhost", or "*" for all addresses of both families
  std::uint16_t port = 8000;       // 0: any free one
  // One more port, for clients that want TLS on its own; both ports take TLS and plain connections. 0: any free one.
  std::optional<std::uint16_t> tls_port = {};
  int threads = 2;
  std::size_t body_limit = 16 * 1024 * 1024;  // bytes, also of a body that was compressed
  bool keep_wire_body = false;                // for who must know a compressed body as it came
  std::uint32_t header_limit = 16 * 1024;     // bytes, with the request line
  int most_connections = 10'000;              // more get 503
  std::chrono::seconds idle_timeout{120};     // between requests of a connection
  std::chrono::seconds header_timeout{20};    // from a request's first byte to its body; for a TLS handshake too
  std::chrono::seconds body_timeout{60};      // from a body's begin to its last byte
  // Bytes of all connections together, for requests that come in and replies that wait; more get 503.
  std::size_t memory_limit = std::size_t{1024} * 1024 * 1024;
  int most_spare_threads = 0;         // beside `threads`, for the other connections of a worker that is busy for long
  std::size_t least_body_rate = 240;  // bytes a second of a body, on the average behind its first 5 s
  std::chrono::seconds reply_timeout{60};  // for a client to take a reply
  std::chrono::seconds linger_timeout{5};  // for what a client still sends behind a refusal
  std::chrono::seconds stop_timeout{2};    // for requests that are under way when the server stops
  // As a proxy: the hosts of absolute targets and of CONNECT that are answered; the others get 403. Null: all.
  bool (*answers_for)(std::string_view host) = nullptr;
  const char* answers_for_others = "this server is not a proxy for it.";  // what they are told, after the host's name
  // Whether the peer at this port of this machine may connect; others are cut off unread. Null: all.
  std::function<bool(std::uint16_t peer_port)> admits = {};
  // Signs for the TLS that comes on the same port, at once or behind CONNECT. Null: there is none.
  CertificateAuthority* authority = nullptr;
  // Called when the stop begins, so that replies that are waited for can be given; must not block.
  std::function<void()> on_stop = {};
  std::function<void()> on_hangup = {};  // SIGHUP; must not block
  bool handle_signals = true;            // SIGINT and SIGTERM stop it
};

class HttpServer {
 public:
  // Listens; connections are accepted from Run on.
  // Errors: kInternal with one sentence: the port is taken, the address is not ours.
  static Result<std::unique_ptr<HttpServer>> Listen(const HttpServerOptions& options, HttpHandler& handler);
  ~HttpServer();

  std::uint16_t port() const;
  std::uint16_t tls_port() const;  // 0 if there is none

  // Open connections, those that are being refused among them. From any thread.
  int connections() const;

  // Bytes of memory that connections take for requests that come in and replies that wait. From any thread.
  std::size_t memory() const;

  // Serves until SIGINT, SIGTERM or Stop; then finishes the requests that are under way. Gives the signal, or 0.
  int Run();

  // From any thread.
  void Stop();

 private:
  struct Rep;
  explicit HttpServer(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace dynarock
