// DescribeContinuousBackups, UpdateContinuousBackups: the setting of point-in-time recovery.
#pragma once

#include "engine/database/database.h"

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
Result<ContinuousBackups> DescribeContinuousBackups(Database& database, std::string_view table_name);

// Errors: kTableNotFound; kValidation.
Result<ContinuousBackups> UpdateContinuousBackups(Database& database, const ContinuousBackupsRequest& request);

}  // namespace dynarock
