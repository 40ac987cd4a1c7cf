// Between Lambda's JSON of event source mappings and ours.
#pragma once

#include <string_view>

#include "engine/triggers/event_sources.h"
#include "protocol/json.h"
#include "server/lambda/function.h"

namespace dynarock {

// The body of CreateEventSourceMapping. Errors: kValidation and kSerialization; a destination that may not be.
Result<EventSourceMapping> DecodeNewMapping(const Json& body, const FunctionSurroundings& surroundings);
// The members of UpdateEventSourceMapping. Errors: as above.
Result<void> DecodeMappingChange(const Json& body, const FunctionSurroundings& surroundings,
                                 EventSourceMapping& mapping);

// An EventSourceMappingConfiguration. `state` is what it is on the way to, "" for where it is.
void WriteMapping(JsonWriter& out, const MappingStatus& status, const FunctionSurroundings& surroundings,
                  std::string_view state);

}  // namespace dynarock
