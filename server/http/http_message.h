// A request and a reply of HTTP, as the layers above see them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynarock {

// Names in any letter case.
class HttpHeaders {
 public:
  virtual ~HttpHeaders() = default;
  // The value of the first of this name, "" if there is none.
  virtual std::string_view Find(std::string_view name) const = 0;
  // All values of this name, in their order.
  virtual std::vector<std::string_view> FindAll(std::string_view name) const = 0;
};

// What a handler keeps of a turn, the requests that are settled together; made by HttpHandler::BeginTurn. Only the
// turn's thread uses it.
class HandlerTurn {
 public:
  virtual ~HandlerTurn() = default;
};

// Views hold until the handler returns.
struct HttpRequest {
  std::string_view method;
  std::string_view path;   // without scheme, host and query
  std::string_view query;  // behind the '?'
  std::string& body;       // decompressed; the handler may change it
  // The body as it came, if HttpServerOptions::keep_wire_body.
  std::string_view wire_body;
  const HttpHeaders& headers;
  std::string_view target_host = {};  // host and port of an absolute target, "" for the usual form
  std::string_view peer = {};         // numeric address that the connection comes from, "" if unknown
  std::string_view own = {};          // numeric address that it came to
  std::uint16_t peer_port = 0;        // the client's, if HttpServerOptions::admits
  bool is_encrypted = false;          // it came by TLS
  HandlerTurn* turn = nullptr;        // null: the handler settles what the request does before it returns

  std::string_view header(std::string_view name) const { return headers.Find(name); }
  // The host that is asked for, with its port.
  std::string_view host() const { return target_host.empty() ? header("Host") : target_host; }
};

struct HttpReply;
using ReplyCallback = std::function<void(HttpReply)>;

struct HttpReply {
  int status = 200;
  std::string_view content_type = "text/plain";
  std::string_view body = {};   // must hold until the reply is written: static, or the handler's thread-local memory
  std::string owned_body = {};  // the body where nobody else keeps it
  std::vector<std::pair<std::string_view, std::string>> headers = {};
  bool service_headers = true;  // those of HttpHandler::AppendHeaders
  bool close = false;           // the connection ends after it; not for one that comes later
  bool only_reads = false;      // the request changed nothing, so the reply is sent even if its turn cannot be settled
  // Set where the answer takes its time: the session calls it once and serves others meanwhile; the callback may be
  // called from any thread, and must be called before the server's destructor.
  std::function<void(ReplyCallback)> later = {};
  // For one that comes later, to a client that asks for what may not come soon: nobody waits for it once the client has
  // closed its side of the connection. Without it only a connection that is broken ends the wait: clients may close
  // their side as soon as they have sent a request, and read on.
  bool ends_with_client = false;

  std::string_view content() const { return owned_body.empty() ? body : std::string_view(owned_body); }
};

// Answers requests; called from all threads of the server.
class HttpHandler {
 public:
  static constexpr std::size_t kLargeBody = 1024 * 1024;  // bytes that take some milliseconds to read

  virtual ~HttpHandler() = default;
  virtual void Handle(const HttpRequest& request, HttpReply& reply) = 0;

  // Whether Handle is expected to take many milliseconds, so that other connections must not wait for it. Cheap.
  virtual bool MayTakeLong(const HttpHeaders& headers, std::size_t body_size) const {
    static_cast<void>(headers);
    return body_size > kLargeBody;
  }

  // Whether Handle may write, so that it waits while the store takes no writes. Cheap.
  virtual bool MayWrite(const HttpHeaders& headers, std::string_view body) const {
    static_cast<void>(headers);
    static_cast<void>(body);
    return false;
  }

  // Whether Handle would wait for what only time brings, so that the request had better wait before. Cheap.
  virtual bool MustWait(const HttpHeaders& headers, std::string_view body) const {
    static_cast<void>(headers);
    static_cast<void>(body);
    return false;
  }

  // What requests of one turn after the other share, for a thread that runs an event loop. Null if they share nothing.
  virtual std::unique_ptr<HandlerTurn> BeginTurn() { return nullptr; }

  // Makes lasting what the calls of Handle with this turn did since the last settlement; called before their replies
  // are sent, on the thread that made the calls. False: it may be lost, and nothing may say otherwise. May wait for
  // long only if the calls changed anything.
  virtual bool Settle(HandlerTurn* turn) {
    static_cast<void>(turn);
    return true;
  }

  // Appends header lines that every reply with `service_headers` gets, refusals of the server's own included. `body` is
  // what is sent.
  virtual void AppendHeaders(std::string_view body, std::string& out) const {
    static_cast<void>(body);
    static_cast<void>(out);
  }

  // What the log calls such a request, "" for its method and path.
  virtual std::string_view NameOf(const HttpHeaders& headers) const {
    static_cast<void>(headers);
    return "";
  }

  // The reply in place of one whose request could not be settled.
  virtual HttpReply Unsettled() const {
    return {.status = 500, .content_type = "text/plain", .body = "The changes of this request could not be stored.\n"};
  }
};

}  // namespace dynarock
