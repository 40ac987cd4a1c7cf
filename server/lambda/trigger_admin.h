// What `dynarock trigger` asks of the server besides Lambda's own API: counts, replay, pausing, watching.
#pragma once

#include "engine/triggers/event_sources.h"
#include "protocol/json.h"
#include "server/http/http_message.h"
#include "server/lambda/function_registry.h"

namespace dynarock {

inline constexpr std::string_view kTriggerAdminPath = "/_dynarock/triggers";

// GET  /_dynarock/triggers                  all mappings, with position, counts, and what they are stuck with
// POST /_dynarock/triggers/{uuid}/pause     resume and replay likewise
// GET  /_dynarock/triggers/calls?after=N    calls of functions behind the Nth; waits for the next if there is none
class TriggerAdmin final : public HttpHandler {
 public:
  TriggerAdmin(FunctionRegistry& functions, EventSources& sources) : functions_(functions), sources_(sources) {}

  void Handle(const HttpRequest& request, HttpReply& reply) override;

 private:
  void List(HttpReply& reply) const;
  void WriteTrigger(JsonWriter& out, const MappingStatus& status) const;
  void WatchCalls(const HttpRequest& request, HttpReply& reply);
  Result<void> Change(const std::string& uuid, std::string_view action);

  FunctionRegistry& functions_;
  EventSources& sources_;
};

}  // namespace dynarock
