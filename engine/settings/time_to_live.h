// UpdateTimeToLive, DescribeTimeToLive.
#pragma once

#include "engine/requests/call_context.h"

namespace dynarock {

// TimeToLiveSpecification; also the answer to a change.
struct TimeToLiveChange {
  std::string_view table_name;
  bool enabled = false;
  std::string_view attribute;
};

// Items from before have their expiry rows when the answer is there, or soon after if there are many.
// Errors: as API_UpdateTimeToLive; kResourceNotFound, kValidation.
Result<TimeToLiveChange> UpdateTimeToLive(const CallContext& context, const TimeToLiveChange& request);

// Errors: kResourceNotFound.
Result<TimeToLive> DescribeTimeToLive(const CallContext& context, std::string_view table_name);

}  // namespace dynarock
