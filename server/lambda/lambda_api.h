// Lambda's own API: functions, their calls, and event source mappings. REST with JSON, so paths and methods name the
// operations.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/triggers/event_sources.h"
#include "protocol/json.h"
#include "server/http/http_message.h"
#include "server/lambda/function_registry.h"
#include "server/lambda/invocation_queue.h"

namespace dynarock {

inline constexpr std::string_view kLambdaPath = "/2015-03-31/";

// Source: AWS Lambda API reference; the service model of the AWS CLI.
class LambdaApi final : public HttpHandler {
 public:
  // `scope` tells the database's functions from those of others in the queue.
  LambdaApi(FunctionRegistry& functions, EventSources& sources, InvocationQueue& calls, std::string scope)
      : functions_(functions), sources_(sources), calls_(calls), scope_(std::move(scope)) {}

  void Handle(const HttpRequest& request, HttpReply& reply) override;

  // Whether no call waits or runs. Those of replies that come later count from when these are asked for.
  bool IsIdle() const { return use_.use_count() == 1; }

 private:
  [[nodiscard]] bool Queue(const std::string& function, std::size_t bytes, std::function<void()> call);
  // What is asked of the functions, by the path behind "functions/".
  Result<void> HandleFunctions(const HttpRequest& request, HttpReply& reply);
  void AnswerLater(const HttpRequest& request, HttpReply& reply,
                   std::function<Result<void>(const std::string& body, HttpReply& reply)> handle);
  Result<void> HandleFunction(const HttpRequest& request, const std::string& name, std::string_view part,
                              HttpReply& reply);
  Result<void> CreateFunction(const std::string& body, HttpReply& reply);
  Result<void> ListFunctions(const HttpRequest& request, HttpReply& reply) const;
  Result<void> GetFunction(const std::string& name, HttpReply& reply) const;
  Result<void> UpdateFunctionCode(const std::string& body, const std::string& name, HttpReply& reply);
  Result<void> UpdateFunctionConfiguration(const HttpRequest& request, const std::string& name, HttpReply& reply);
  Result<void> Invoke(const HttpRequest& request, const std::string& name, HttpReply& reply);

  Result<void> HandleMappings(const HttpRequest& request, std::string_view uuid, HttpReply& reply);
  Result<void> CreateMapping(const HttpRequest& request, HttpReply& reply);
  Result<void> ListMappings(const HttpRequest& request, HttpReply& reply) const;
  Result<void> UpdateMapping(const HttpRequest& request, const std::string& uuid, HttpReply& reply);

  FunctionRegistry& functions_;
  EventSources& sources_;
  InvocationQueue& calls_;
  const std::string scope_;
  const std::shared_ptr<const int> use_ = std::make_shared<int>(0);  // held by each call
};

}  // namespace dynarock
