// Times in UTC as ISO 8601 writes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/clock.h"

namespace dynarock {

// "2026-11-21T18:40:00", without a time zone: the caller appends "Z", "+0000" or nothing.
std::string IsoSeconds(EpochMillis time);
// "2026-11-21T18:40:00.123"
std::string IsoMillis(EpochMillis time);
// "2026-11-21T18:40:00.123456"
std::string IsoMicros(std::chrono::sys_time<std::chrono::microseconds> time);

// "20261121T184000Z", as X-Amz-Date has it.
std::string BasicIsoTime(std::int64_t epoch_seconds);
// The seconds since 1970 of such a text; nothing for a date or a time that does not exist. A leap second is accepted.
std::optional<std::int64_t> ReadBasicIsoTime(std::string_view text);

}  // namespace dynarock
