// Requests by path and method: DynamoDB's API by POST, health, CORS, and what DynamoDB Local answers to the rest.
#pragma once

#include <vector>

#include "protocol/dispatcher.h"
#include "server/admin/request_metrics.h"
#include "server/api/access.h"
#include "server/api/authorization.h"
#include "server/api/request_log.h"
#include "server/api/signature_check.h"
#include "server/http/http_message.h"
#include "server/http/long_operations.h"

namespace dynarock {

// A part of the server that answers some paths by itself.
struct PathHandler {
  bool (*serves)(std::string_view path);
  std::function<void(const HttpRequest&, HttpReply&)> handle;
  Area area = Area::kControl;
  std::string_view service = "lambda";  // that signatures must be for
};

struct ApiOptions {
  // Answers as DynamoDB Local does: calls come to any path and with any content type; whoever brings no credentials
  // gets its status 400; key ids are of letters and digits.
  bool as_local = false;
  AccessOptions access = {};
  bool separate_databases = false;             // calls say whose database they are for
  const SignatureCheck* signatures = nullptr;  // null: only the form of credentials is checked
};

class ApiHandler final : public HttpHandler {
 public:
  ApiHandler(const Dispatcher& dispatcher, RequestMetrics& metrics, RequestLog log, ApiOptions options)
      : dispatcher_(dispatcher), metrics_(metrics), log_(log), options_(options), access_(std::move(options.access)) {}

  // Requires: the server does not run yet.
  void Add(PathHandler handler) { paths_.push_back(std::move(handler)); }
  void Handle(const HttpRequest& request, HttpReply& reply) override;
  bool MayTakeLong(const HttpHeaders& headers, std::size_t body_size) const override;
  bool MayWrite(const HttpHeaders& headers, std::string_view body) const override;
  bool MustWait(const HttpHeaders& headers, std::string_view body) const override {
    return !dispatcher_.HasRoom() && MayWrite(headers, body);
  }
  std::unique_ptr<HandlerTurn> BeginTurn() override;
  bool Settle(HandlerTurn* turn) override;
  void AppendHeaders(std::string_view body, std::string& out) const override;
  std::string_view NameOf(const HttpHeaders& headers) const override;
  HttpReply Unsettled() const override;

 private:
  const PathHandler* FindPath(std::string_view path) const;
  Result<void> CheckPath(const PathHandler& path, const HttpRequest& request, const AccessFacts& facts) const;
  void HandlePath(const PathHandler& path, const HttpRequest& request, HttpReply& reply,
                  const AccessFacts& access) const;
  Result<void> CheckCredentials(const HttpRequest& request) const;
  void RefuseUnread(const ApiError& error, const HttpRequest& request, HttpReply& reply) const;
  void HandleCall(const HttpRequest& request, HttpReply& reply, const AccessFacts& access) const;
  void HandlePreflight(Area area, const HttpRequest& request, HttpReply& reply, const AccessFacts& access) const;
  void HandleRest(const HttpRequest& request, HttpReply& reply) const;

  const Dispatcher& dispatcher_;
  RequestMetrics& metrics_;
  const RequestLog log_;
  const ApiOptions options_;
  const AccessRules access_;
  std::vector<PathHandler> paths_;
  mutable LongOperations long_operations_;
};

}  // namespace dynarock
