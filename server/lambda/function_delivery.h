// Delivers batches of a stream to functions, and gives up records to on-failure destinations.
#pragma once

#include "engine/triggers/event_delivery.h"
#include "server/lambda/failure_files.h"
#include "server/lambda/function_registry.h"

namespace dynarock {

class FunctionDelivery final : public EventDelivery {
 public:
  // Requires: `files` outlives it.
  FunctionDelivery(FunctionRegistry& functions, FailureFiles& files, std::shared_ptr<const Clock> clock)
      : functions_(functions), files_(files), clock_(std::move(clock)) {}

  Result<Filter> FilterOf(const EventSourceMapping& mapping, const StreamDefinition& stream,
                          const std::string& stream_arn) override;
  std::string ProblemOf(const EventSourceMapping& mapping) override;
  DeliveryOutcome Deliver(const EventBatch& batch) override;
  void Discard(const EventBatch& batch, DiscardReason reason, int attempts, bool function_failed) override;

 private:
  Result<void> Send(const std::string& destination, const std::string& event);

  FunctionRegistry& functions_;
  FailureFiles& files_;
  const std::shared_ptr<const Clock> clock_;
};

}  // namespace dynarock
