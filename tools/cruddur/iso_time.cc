#include "tools/cruddur/iso_time.h"

#include <iomanip>
#include <sstream>

namespace dynarock::cruddur {
namespace {

// `number` with at least `width` digits.
std::string Digits(long long number, int width) {
  std::ostringstream out;
  out << std::setw(width) << std::setfill('0') << number;
  return out.str();
}

}  // namespace

std::string FormatIsoTime(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return FormatYear(date.year()) + "-" + Digits(unsigned{date.month()}, 2) + "-" + Digits(unsigned{date.day()}, 2) +
         "T" + Digits(clock.hours().count(), 2) + ":" + Digits(clock.minutes().count(), 2) + ":" +
         Digits(clock.seconds().count(), 2) + "+00:00";
}

std::string FormatIsoTimeMicros(std::chrono::sys_time<std::chrono::microseconds> time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = FormatIsoTime(seconds);
  const std::string micros = std::to_string((time - seconds).count());
  return text.insert(text.find('+'), "." + std::string(6 - micros.size(), '0') + micros);
}

std::string FormatYear(std::chrono::year year) {
  return Digits(int{year}, 4);
}

std::chrono::year YearOf(std::chrono::sys_seconds time) {
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year();
}

}  // namespace dynarock::cruddur
