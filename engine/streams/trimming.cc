#include "engine/streams/trimming.h"

#include "engine/base/log.h"

namespace dynarock {

void TrimInBackground(Database& database) {
  const auto trim = [&database]() -> std::optional<std::chrono::milliseconds> {
    const Result<void> trimmed = database.streams().Trim(database.clock().Now());
    if (!trimmed) Log(LogLevel::kError, "streams are not trimmed", {{"error", trimmed.error().message}});
    return std::chrono::minutes(1);
  };
  database.streams().first_stream().Begin([&database, trim] { database.RunInBackground(trim); });
}

}  // namespace dynarock
