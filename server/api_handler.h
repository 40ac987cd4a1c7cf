// Requests by path and method: DynamoDB's API by POST, health, CORS, and what DynamoDB Local answers to the rest.
#pragma once

#include "protocol/dispatcher.h"
#include "server/http_message.h"

namespace dynarock {

class ApiHandler final : public HttpHandler {
 public:
  explicit ApiHandler(const Dispatcher& dispatcher) : dispatcher_(dispatcher) {}
  void Handle(const HttpRequest& request, HttpReply& reply) override;

 private:
  void HandleCall(const HttpRequest& request, HttpReply& reply) const;

  const Dispatcher& dispatcher_;
};

}  // namespace dynarock
