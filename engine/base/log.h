// Messages for who runs the server: one line each on standard error, whole also when several threads write.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace dynarock {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };
enum class LogFormat { kText, kJson };

// What belongs to a message: a name in snake_case, and a text or a number.
struct LogField {
  template <std::integral Number>
  LogField(std::string_view field, Number number) : name(field), value(static_cast<std::int64_t>(number)) {}
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}

  std::string_view name;
  std::variant<std::int64_t, std::string_view> value;
};

namespace log_settings {
inline std::atomic<LogLevel> least = LogLevel::kInfo;
inline std::atomic<LogFormat> format = LogFormat::kText;
}  // namespace log_settings

// For the whole process.
inline void SetLog(LogLevel least, LogFormat format) {
  log_settings::least.store(least, std::memory_order_relaxed);
  log_settings::format.store(format, std::memory_order_relaxed);
}

// Whether lines of `level` are written: to be asked before anything is made for them.
inline bool IsLogged(LogLevel level) {
  return level >= log_settings::least.load(std::memory_order_relaxed);
}

// Writes the line if its level is logged. Fields with an empty text are left out.
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

// Tells whether a message is to be logged that may repeat with each request: once until it changes or is cleared.
// Thread-safe.
class OnceUntilCleared {
 public:
  bool Begins(std::string_view message) {
    const std::uint64_t mark = std::hash<std::string_view>()(message) | 1;
    return mark_.exchange(mark) != mark;
  }
  // Whether there was a message. Cheap if not.
  bool Clear() { return mark_.load(std::memory_order_relaxed) != 0 && mark_.exchange(0) != 0; }

 private:
  std::atomic<std::uint64_t> mark_ = 0;  // of the last message; 0: none
};

// The line without its end. No text can end it, begin a field or change how it is shown: control characters, line
// separators and bidirectional marks are escaped, and what is not UTF-8 is replaced. Long texts are cut. Text:
// 2026-11-21T18:40:00.123Z WARN message name=value name="a value" JSON:
// {"time":"2026-11-21T18:40:00.123Z","level":"warn","message":"...","name":1}
std::string LogLine(LogFormat format, std::int64_t epoch_millis, LogLevel level, std::string_view message,
                    std::initializer_list<LogField> fields);

}  // namespace dynarock
