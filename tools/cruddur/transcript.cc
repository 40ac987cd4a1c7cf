#include "tools/cruddur/transcript.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

namespace dynarock::cruddur {
namespace {

constexpr const char* kDim = "\033[2m";
constexpr const char* kReset = "\033[0m";
// Bold, and told apart on dark and on light: cyan, magenta, green, yellow.
constexpr std::array kNameColours = {"\033[1;36m", "\033[1;35m", "\033[1;32m", "\033[1;33m"};

std::string Coloured(const std::string& text, const char* colour, const TranscriptStyle& style) {
  return style.colour ? colour + text + kReset : text;
}

// The names of `lines` in the order in which they come, each once.
std::vector<std::string> NamesOf(const std::vector<TranscriptLine>& lines) {
  std::vector<std::string> names;
  for (const TranscriptLine& line : lines) {
    if (std::find(names.begin(), names.end(), line.name) == names.end()) names.push_back(line.name);
  }
  return names;
}

}  // namespace

TranscriptStyle StdoutStyle() {
  if (isatty(STDOUT_FILENO) == 0) return {};
  winsize size{};
  const bool has_size = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return {.colour = std::getenv("NO_COLOR") == nullptr, .width = has_size ? std::size_t{size.ws_col} : 0};
}

std::size_t ColumnsOf(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::vector<std::string> WrapText(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (lines.empty() || ColumnsOf(lines.back()) + 1 + ColumnsOf(word) > width) {
      lines.push_back(word);
    } else {
      lines.back() += " " + word;
    }
  }
  return lines;
}

void WriteTranscript(std::ostream& out, const std::vector<TranscriptLine>& lines, const TranscriptStyle& style) {
  constexpr std::size_t kDayEnd = 10;      // yyyy-mm-dd
  constexpr std::size_t kTimeColumns = 5;  // hh:mm
  constexpr std::size_t kNarrowest = 24;   // columns of text; in less, wrapping does not help
  const std::vector<std::string> names = NamesOf(lines);
  std::size_t name_columns = 0;
  for (const std::string& name : names) name_columns = std::max(name_columns, ColumnsOf(name));
  const std::size_t indent = kTimeColumns + 2 + name_columns + 2;
  const bool wraps = style.width >= indent + kNarrowest;
  std::string day;
  for (const TranscriptLine& line : lines) {
    if (line.time.substr(0, kDayEnd) != day) {
      day = line.time.substr(0, kDayEnd);
      out << Coloured(day, kDim, style) << "\n";
    }
    const std::string time = line.time.size() > kDayEnd ? line.time.substr(kDayEnd + 1, kTimeColumns) : "";
    const auto name = static_cast<std::size_t>(std::find(names.begin(), names.end(), line.name) - names.begin());
    out << Coloured(time, kDim, style) << std::string(kTimeColumns - time.size() + 2, ' ')
        << Coloured(line.name, kNameColours[name % kNameColours.size()], style)
        << std::string(name_columns - ColumnsOf(line.name) + 2, ' ');
    const std::vector<std::string> parts = wraps ? WrapText(line.text, style.width - indent) : std::vector{line.text};
    for (std::size_t i = 0; i < parts.size(); ++i) out << (i == 0 ? "" : std::string(indent, ' ')) << parts[i] << "\n";
    if (parts.empty()) out << "\n";
  }
}

}  // namespace dynarock::cruddur
