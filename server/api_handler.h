// Requests by path and method: DynamoDB's API by POST, health, CORS, and what DynamoDB Local answers to the rest.
#pragma once

#include <vector>

#include "protocol/dispatcher.h"
#include "server/authorization.h"
#include "server/http_message.h"
#include "server/request_log.h"
#include "server/request_metrics.h"
#include "server/signature_check.h"

namespace dynarock {

// A part of the server that answers some paths by itself.
struct PathHandler {
  bool (*serves)(std::string_view path);
  std::function<void(const HttpRequest&, HttpReply&)> handle;
  std::string_view service = "";  // of the signature that is asked for, if signatures are checked; "" asks for none
};

struct ApiOptions {
  // Answers as DynamoDB Local does: calls come to any path and with any content type; whoever brings no credentials
  // gets its status 400; key ids are of letters and digits.
  bool as_local = false;
  std::string allowed_origins = "*";  // whose pages may call: "*", hosts set apart by commas, or "" for nobody's
  bool separate_databases = false;    // calls say whose database they are for
  const SignatureCheck* signatures = nullptr;  // null: only the form of credentials is checked
};

class ApiHandler final : public HttpHandler {
 public:
  ApiHandler(const Dispatcher& dispatcher, RequestMetrics& metrics, RequestLog log, ApiOptions options)
      : dispatcher_(dispatcher), metrics_(metrics), log_(log), options_(options) {}

  // Requires: the server does not run yet.
  void Add(PathHandler handler) { paths_.push_back(std::move(handler)); }
  void Handle(const HttpRequest& request, HttpReply& reply) override;
  bool MustWait(const HttpHeaders& headers) const override {
    return !dispatcher_.HasRoom() && Dispatcher::MayWrite(headers.Find("X-Amz-Target"));
  }
  bool Settle() override;

 private:
  void HandlePath(const PathHandler& path, const HttpRequest& request, HttpReply& reply) const;
  Result<void> CheckCredentials(const HttpRequest& request) const;
  void HandleCall(const HttpRequest& request, HttpReply& reply) const;
  void HandleRest(const HttpRequest& request, HttpReply& reply) const;

  const Dispatcher& dispatcher_;
  RequestMetrics& metrics_;
  const RequestLog log_;
  const ApiOptions options_;
  std::vector<PathHandler> paths_;
};

}  // namespace dynarock
