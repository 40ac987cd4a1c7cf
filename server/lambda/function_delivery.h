// Delivers batches of a stream to functions, and gives up records to on-failure destinations.
#pragma once

#include <map>
#include <mutex>

#include "engine/triggers/event_delivery.h"
#include "server/lambda/function_registry.h"

namespace dynarock {

class FunctionDelivery final : public EventDelivery {
 public:
  FunctionDelivery(FunctionRegistry& functions, std::shared_ptr<const Clock> clock)
      : functions_(functions), clock_(std::move(clock)) {}

  Result<Filter> FilterOf(const EventSourceMapping& mapping, const StreamDefinition& stream,
                          const std::string& stream_arn) override;
  std::string ProblemOf(const EventSourceMapping& mapping) override;
  DeliveryOutcome Deliver(const EventBatch& batch) override;
  void Discard(const EventBatch& batch, DiscardReason reason, int attempts, bool function_failed) override;

 private:
  FunctionRegistry& functions_;
  const std::shared_ptr<const Clock> clock_;
  std::mutex file_mutex_;  // lines of destination files stay whole
};

}  // namespace dynarock
