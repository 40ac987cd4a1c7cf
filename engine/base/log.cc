#include "engine/base/log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace dynarock {
namespace {

struct LevelName {
  std::string_view text;
  std::string_view json;
};
constexpr std::array<LevelName, 4> kLevelNames = {
    {{"DEBUG", "debug"}, {"INFO", "info"}, {"WARN", "warn"}, {"ERROR", "error"}}};

// "2026-11-21T18:40:00.123Z"
std::string IsoTime(std::int64_t epoch_millis) {
  const std::time_t seconds = epoch_millis / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &parts);
  std::string millis = std::to_string(1000 + epoch_millis % 1000);
  return std::string(text.data(), length) + millis.substr(1) + "Z";
}

// Bytes of the character of UTF-8 that `text` begins with, 0 if it begins with none. Overlong forms pass.
std::size_t CharacterSize(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t size = first < 0x80            ? 1
                           : first >> 5 == 0b110   ? 2
                           : first >> 4 == 0b1110  ? 3
                           : first >> 3 == 0b11110 ? 4
                                                   : 0;
  if (size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (static_cast<unsigned char>(text[i]) >> 6 != 0b10) return 0;
  }
  return size;
}

void AppendControl(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    out += "\\u00";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
}

// Control characters are escaped, so that nobody's text can end the line, and what is no UTF-8 is replaced; `quoted`
// escapes quotes and backslashes too.
void AppendEscaped(std::string& out, std::string_view text, bool quoted) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  while (!text.empty()) {
    const char c = text[0];
    const std::size_t size = CharacterSize(text);
    if (size == 0) {
      out += kReplacement;
    } else if (size == 1 && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) {
      AppendControl(out, c);
    } else {
      if (quoted && (c == '"' || c == '\\')) out += '\\';
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  AppendEscaped(out, text, true);
  out += '"';
}

bool IsEmpty(const LogField& field) {
  const auto* text = std::get_if<std::string_view>(&field.value);
  return text != nullptr && text->empty();
}

void AppendMember(std::string& out, const LogField& field) {
  if (IsEmpty(field)) return;
  out += ',';
  AppendQuoted(out, field.name);
  out += ':';
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    out += std::to_string(*number);
  } else {
    AppendQuoted(out, std::get<std::string_view>(field.value));
  }
}

void AppendPair(std::string& out, const LogField& field) {
  if (IsEmpty(field)) return;
  out += ' ';
  out += field.name;
  out += '=';
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    out += std::to_string(*number);
    return;
  }
  const std::string_view text = std::get<std::string_view>(field.value);
  if (text.find_first_of(" \t\r\n\"\\=") == std::string_view::npos) {
    AppendEscaped(out, text, false);
  } else {
    AppendQuoted(out, text);
  }
}

}  // namespace

std::string LogLine(LogFormat format, std::int64_t epoch_millis, LogLevel level, std::string_view message,
                    std::initializer_list<LogField> fields) {
  const LevelName& name = kLevelNames.at(static_cast<std::size_t>(level));
  std::string line;
  if (format == LogFormat::kText) {
    line = IsoTime(epoch_millis) + " ";
    line += name.text;
    line += ' ';
    AppendEscaped(line, message, false);
    for (const LogField& field : fields) AppendPair(line, field);
    return line;
  }
  line = "{\"time\":\"" + IsoTime(epoch_millis) + "\",\"level\":\"";
  line += name.json;
  line += "\",\"message\":";
  AppendQuoted(line, message);
  for (const LogField& field : fields) AppendMember(line, field);
  line += '}';
  return line;
}

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!IsLogged(level)) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::string line =
      LogLine(log_settings::format.load(std::memory_order_relaxed),
              std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), level, message, fields);
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);  // locks the stream for the whole line
  std::fflush(stderr);
}

}  // namespace dynarock
