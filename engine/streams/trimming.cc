#include "engine/streams/trimming.h"

#include <cstdio>

namespace dynarock {

void TrimInBackground(Database& database) {
  database.background().Add([&database]() -> std::optional<std::chrono::milliseconds> {
    const Result<void> trimmed = database.streams().Trim(database.clock().Now());
    if (!trimmed) std::fprintf(stderr, "streams are not trimmed: %s\n", trimmed.error().message.c_str());
    return std::chrono::minutes(1);
  });
}

}  // namespace dynarock
