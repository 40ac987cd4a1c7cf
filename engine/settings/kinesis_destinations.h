// Kinesis streaming destinations of a table: settings; nothing is sent anywhere.
#pragma once

#include "engine/requests/call_context.h"

namespace dynarock {

// Of Enable, Disable and Update.
struct KinesisRequest {
  std::string_view table_name;
  std::string_view stream_arn;
  bool has_configuration = false;
  std::optional<std::string_view> precision;
};

struct KinesisChange {
  std::string table_name;
  std::string stream_arn;
  std::string_view status;
  std::optional<std::string> precision;
};

struct KinesisDestinations {
  std::string table_name;
  std::vector<KinesisDestination> destinations;
};

// Errors: kResourceNotFound; kValidation if the destination is not in the state that the change needs.
Result<KinesisChange> EnableKinesisStreamingDestination(const CallContext& context, const KinesisRequest& request);
Result<KinesisChange> DisableKinesisStreamingDestination(const CallContext& context, const KinesisRequest& request);
Result<KinesisChange> UpdateKinesisStreamingDestination(const CallContext& context, const KinesisRequest& request);
Result<KinesisDestinations> DescribeKinesisStreamingDestination(const CallContext& context,
                                                                std::string_view table_name);

}  // namespace dynarock
