#include "engine/base/log.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstdint>
#include <mutex>

#include "engine/base/hex.h"
#include "engine/base/iso_time.h"

namespace dynarock {
namespace {

struct LevelName {
  std::string_view text;
  std::string_view json;
};
constexpr std::array<LevelName, 4> kLevelNames = {
    {{"DEBUG", "debug"}, {"INFO", "info"}, {"WARN", "warn"}, {"ERROR", "error"}}};

// Longer texts are cut: no request decides how much of the log is its own.
constexpr std::size_t kLongestText = 4096;  // bytes

struct Character {
  std::size_t size = 0;  // bytes of UTF-8; 0: the text does not begin with a character
  char32_t code = 0;
};

// The character that `text` begins with. Overlong forms and surrogates are not characters.
Character FirstCharacter(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {1, first};
  const std::size_t size = first >> 5 == 0b110 ? 2 : first >> 4 == 0b1110 ? 3 : first >> 3 == 0b11110 ? 4 : 0;
  if (size == 0 || size > text.size()) return {};
  char32_t code = first & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if (next >> 6 != 0b10) return {};
    code = code << 6 | (next & 0x3f);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kLeast.at(size) || code > 0x10ffff || is_surrogate) return {};
  return {size, code};
}

// Control characters, line and paragraph separators, and marks that change the direction of what a terminal shows.
bool IsEscaped(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e || code == 0x200f ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

void AppendEscape(std::string& out, char32_t code) {
  if (code == '\n') {
    out += "\\n";
  } else if (code == '\t') {
    out += "\\t";
  } else {
    out += "\\u";
    for (const int shift : {12, 8, 4, 0}) out += kLowerHexDigits[code >> shift & 15];
  }
}

// Escapes what would end the line or change how it is shown, and replaces what is not UTF-8, so that no text can pass
// for another line or field. `quoted` escapes quotes and backslashes too.
void AppendEscaped(std::string& out, std::string_view text, bool quoted) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  constexpr std::string_view kCut = "...";
  std::size_t taken = 0;
  while (taken < text.size()) {
    const auto [size, code] = FirstCharacter(text.substr(taken));
    if (taken + size > kLongestText) {
      out += kCut;
      return;
    }
    if (size == 0) {
      out += kReplacement;
    } else if (IsEscaped(code)) {
      AppendEscape(out, code);
    } else {
      if (quoted && (code == '"' || code == '\\')) out += '\\';
      out += text.substr(taken, size);
    }
    taken += std::max<std::size_t>(size, 1);
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

// `text`, in quotes if it has any of the bytes `special`.
void AppendWord(std::string& out, std::string_view text, std::string_view special) {
  if (text.find_first_of(special) == std::string_view::npos) return AppendEscaped(out, text, false);
  AppendQuoted(out, text);
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
  AppendWord(out, std::get<std::string_view>(field.value), " \t\r\n\"\\=");
}

// Writes as much of `text` as standard error takes without waiting; gives the rest.
std::string_view WriteSome(std::string_view text) {
  constexpr std::size_t kPiece = PIPE_BUF;  // bytes that a pipe with any room takes whole
  while (!text.empty()) {
    pollfd target{STDERR_FILENO, POLLOUT, 0};
    if (poll(&target, 1, 0) <= 0 || (target.revents & POLLOUT) == 0) break;
    const ssize_t written = write(STDERR_FILENO, text.data(), std::min(text.size(), kPiece));
    if (written <= 0) break;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return text;
}

// A caller that reads nothing of our standard error must not stop the server: what its pipe does not take is counted.
void WriteLine(std::string_view line) {
  static std::mutex mutex;
  static std::string rest;  // of a line that was begun
  static std::uint64_t dropped = 0;
  const std::lock_guard lock(mutex);
  rest.erase(0, rest.size() - WriteSome(rest).size());
  if (rest.empty() && dropped > 0) {
    rest = "... " + std::to_string(dropped) + " messages were not written: nobody read standard error\n";
    dropped = 0;
    rest.erase(0, rest.size() - WriteSome(rest).size());
  }
  if (rest.empty()) {
    rest = WriteSome(line);
  } else {
    ++dropped;
  }
}

}  // namespace

std::string LogLine(LogFormat format, std::int64_t epoch_millis, LogLevel level, std::string_view message,
                    std::initializer_list<LogField> fields) {
  const LevelName& name = kLevelNames.at(static_cast<std::size_t>(level));
  std::string line;
  if (format == LogFormat::kText) {
    line = IsoMillis({epoch_millis}) + "Z ";
    line += name.text;
    line += ' ';
    AppendWord(line, message, "\"\\=\r\n");  // only a field has a '=' outside of quotes
    for (const LogField& field : fields) AppendPair(line, field);
    return line;
  }
  line = "{\"time\":\"" + IsoMillis({epoch_millis}) + "Z\",\"level\":\"";
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
  WriteLine(line);
}

}  // namespace dynarock
