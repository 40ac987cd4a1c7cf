// DescribeContinuousBackups, UpdateContinuousBackups: the setting of point-in-time recovery.
#pragma once

#include "engine/requests/call_context.h"

namespace dynarock {

struct ContinuousBackupsRequest {
  std::string_view table_name;
  bool enabled = false;
  std::optional<std::int64_t> days;
};

struct ContinuousBackups {
  bool recovery_enabled = false;
  std::int64_t days = 0;
  EpochMillis earliest;
  EpochMillis latest;
};

// Errors: kTableNotFound.
Result<ContinuousBackups> DescribeContinuousBackups(const CallContext& context, std::string_view table_name);

// Errors: kTableNotFound; kValidation.
Result<ContinuousBackups> UpdateContinuousBackups(const CallContext& context, const ContinuousBackupsRequest& request);

}  // namespace dynarock
