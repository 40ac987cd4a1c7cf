// Messages laid out to be read on a stage: aligned, wrapped to the terminal, in colour where there is one.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace dynarock::cruddur {

struct TranscriptLine {
  std::string time;  // ISO 8601
  std::string name;
  std::string text;
};

struct TranscriptStyle {
  bool colour = false;
  std::size_t width = 0;  // columns; 0 for lines of any length
};

// The style that suits stdout: colour and width only if it is a terminal, no colour if NO_COLOR is set.
TranscriptStyle StdoutStyle();

// Writes a heading for each day, then `hh:mm  name  text`; each name has a colour of its own.
void WriteTranscript(std::ostream& out, const std::vector<TranscriptLine>& lines, const TranscriptStyle& style);

// `text` cut at blanks into lines of at most `width` columns; a longer word has a line of its own.
std::vector<std::string> WrapText(const std::string& text, std::size_t width);

// Columns of UTF-8 `text`, one a code point.
std::size_t ColumnsOf(const std::string& text);

}  // namespace dynarock::cruddur
