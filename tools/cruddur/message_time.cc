#include "tools/cruddur/message_time.h"

#include "engine/base/iso_time.h"

namespace dynarock::cruddur {

constexpr const char* kOffset = "+00:00";

std::string MessageTime(std::chrono::sys_seconds time) {
  return IsoSeconds({std::chrono::milliseconds(time.time_since_epoch()).count()}) + kOffset;
}

std::string MessageTimeMicros(std::chrono::sys_time<std::chrono::microseconds> time) {
  return IsoMicros(time) + kOffset;
}

std::string YearDigits(std::chrono::year year) {
  constexpr std::size_t kDigits = 4;
  const std::string text = std::to_string(int{year});
  return text.size() < kDigits ? std::string(kDigits - text.size(), '0') + text : text;
}

std::chrono::year YearOf(std::chrono::sys_seconds time) {
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year();
}

}  // namespace dynarock::cruddur
