#include "server/pid_file.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace dynarock {

Result<void> PidFile::Write(const std::string& path) {
  if (path.empty()) return {};
  const std::string next = path + ".new";
  std::ofstream file(next, std::ios::trunc);
  file << getpid() << '\n';
  file.close();
  if (file.fail() || std::rename(next.c_str(), path.c_str()) != 0) {
    return InternalError("Cannot write the process id to " + path +
                         ": make its directory writable for this user, or name another file with --pid-file.");
  }
  path_ = path;
  return {};
}

PidFile::~PidFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace dynarock
