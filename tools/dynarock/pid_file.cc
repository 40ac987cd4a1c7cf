#include "tools/dynarock/pid_file.h"

#include <unistd.h>

#include "server/http/new_file.h"

namespace dynarock {

Result<void> PidFile::Write(const std::string& path) {
  if (path.empty()) return {};
  if (!ReplaceFile(path, 0644, std::to_string(getpid()) + "\n")) {
    return InternalError("Cannot write the process id to " + path +
                         ": make its directory writable by this user, or name another file with --pid-file.");
  }
  path_ = path;
  return {};
}

PidFile::~PidFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace dynarock
