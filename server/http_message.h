// A request and a reply of HTTP, as the layers above see them.
#pragma once

#include <functional>
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

// Views hold until the handler returns.
struct HttpRequest {
  std::string_view method;
  std::string_view path;   // without scheme, host and query
  std::string_view query;  // behind the '?'
  std::string& body;       // decompressed; the handler may change it
  // The body as it came, if HttpServerOptions::keep_wire_body.
  std::string_view wire_body;
  const HttpHeaders& headers;

  std::string_view header(std::string_view name) const { return headers.Find(name); }
};

struct HttpReply;
using ReplyCallback = std::function<void(HttpReply)>;

struct HttpReply {
  int status = 200;
  std::string_view content_type = "application/x-amz-json-1.0";
  std::string_view body = {};   // must hold until the reply is written: static, or the handler's thread-local memory
  std::string owned_body = {};  // the body where nobody else keeps it
  std::vector<std::pair<std::string_view, std::string>> headers = {};
  bool amazon_headers = true;  // x-amzn-RequestId and x-amz-crc32
  bool close = false;          // the connection ends behind it; not for one that comes later
  // Set where the answer takes its time: the session calls it once and serves others meanwhile; the callback may be
  // called from any thread, and must be called before the server's destructor.
  std::function<void(ReplyCallback)> later = {};

  std::string_view content() const { return owned_body.empty() ? body : std::string_view(owned_body); }
};

// Answers requests; called from all threads of the server.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual void Handle(const HttpRequest& request, HttpReply& reply) = 0;

  // Whether Handle would wait for what only time brings, so that the request had better wait before. Cheap.
  virtual bool MustWait(const HttpHeaders& headers) const {
    static_cast<void>(headers);
    return false;
  }

  // Makes lasting what all calls of Handle by this thread did that have returned; called before their replies are sent,
  // once for those of a turn. False: it may be lost, and nothing may say otherwise.
  virtual bool Settle() { return true; }
};

}  // namespace dynarock
