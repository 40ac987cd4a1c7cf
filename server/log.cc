#include "server/log.h"

#include <cstdio>
#include <string>

namespace dynarock {

void LogLine(std::string_view text) {
  std::string line(text);
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);  // locks the stream for the whole line
  std::fflush(stderr);
}

}  // namespace dynarock
