// Times as Cruddur writes them: ISO 8601 in UTC with an offset, so that they sort as strings.
#pragma once

#include <chrono>
#include <string>

namespace dynarock::cruddur {

// E.g. 2026-11-20T18:32:00+00:00.
std::string MessageTime(std::chrono::sys_seconds time);

// E.g. 2026-11-20T18:32:00.123456+00:00, as Python writes it. It sorts behind the same second without a fraction.
std::string MessageTimeMicros(std::chrono::sys_time<std::chrono::microseconds> time);

// The four digits that begin every time of `year`.
std::string YearDigits(std::chrono::year year);

// The year of `time` in UTC.
std::chrono::year YearOf(std::chrono::sys_seconds time);

}  // namespace dynarock::cruddur
