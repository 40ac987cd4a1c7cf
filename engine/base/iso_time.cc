#include "engine/base/iso_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "engine/base/ascii.h"

namespace dynarock {
namespace {

constexpr std::int64_t kMillisPerSecond = 1000;

std::string Formatted(std::int64_t epoch_seconds, const char* format) {
  const std::time_t seconds = epoch_seconds;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 48> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

std::string Extended(std::int64_t epoch_seconds) {
  return Formatted(epoch_seconds, "%Y-%m-%dT%H:%M:%S");
}

// The seconds that `time` is in, and what is past them. Correct before 1970, too.
struct Split {
  explicit Split(std::int64_t time, std::int64_t per_second)
      : seconds(time / per_second - (time % per_second < 0 ? 1 : 0)),
        rest(time % per_second + (time % per_second < 0 ? per_second : 0)) {}
  std::int64_t seconds;
  std::int64_t rest;
};

std::string Fraction(std::int64_t rest, std::size_t digits) {
  const std::string text = std::to_string(rest);
  return "." + std::string(digits - text.size(), '0') + text;
}

// Nothing unless all of `text` is digits: "-0" is not a number of hours. Requires: few enough digits for an int.
std::optional<int> Number(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), IsAsciiDigit)) return std::nullopt;
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string IsoSeconds(EpochMillis time) {
  return Extended(Split(time.value, kMillisPerSecond).seconds);
}

std::string IsoMillis(EpochMillis time) {
  const Split split(time.value, kMillisPerSecond);
  return Extended(split.seconds) + Fraction(split.rest, 3);
}

std::string IsoMicros(std::chrono::sys_time<std::chrono::microseconds> time) {
  constexpr std::int64_t kMicrosPerSecond = 1'000'000;
  const Split split(time.time_since_epoch().count(), kMicrosPerSecond);
  return Extended(split.seconds) + Fraction(split.rest, 6);
}

std::string BasicIsoTime(std::int64_t epoch_seconds) {
  return Formatted(epoch_seconds, "%Y%m%dT%H%M%SZ");
}

std::optional<std::int64_t> ReadBasicIsoTime(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto year = Number(text.substr(0, 4)), month = Number(text.substr(4, 2)), day = Number(text.substr(6, 2)),
             hour = Number(text.substr(9, 2)), minute = Number(text.substr(11, 2)), second = Number(text.substr(13, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year{*year}, std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
}

}  // namespace dynarock
