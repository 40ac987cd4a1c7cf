#include "server/http/state_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "engine/base/uuid.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "dynarock-";
constexpr const char* kLock = "in-memory.lock";  // by which such a directory is known

bool IsOurs(const fs::path& directory) {
  struct stat facts {};
  return lstat(directory.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == geteuid();
}

// The lock of a directory, -1 if there is none or a process holds it. Functions do not inherit it.
int TakeLock(const fs::path& directory, int flags) {
  const int lock = open((directory / kLock).c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0600);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  close(lock);
  return -1;
}

// Directories of this user's servers that have ended without removing them.
void RemoveAbandoned(const fs::path& parent) {
  std::error_code error;
  for (auto entry = fs::directory_iterator(parent, error); !error && entry != fs::end(entry); entry.increment(error)) {
    const fs::path& directory = entry->path();
    if (!directory.filename().string().starts_with(kPrefix) || !IsOurs(directory)) continue;
    const int lock = TakeLock(directory, 0);
    if (lock < 0) continue;
    std::error_code ignored;
    fs::remove_all(directory, ignored);
    close(lock);
  }
}

}  // namespace

StateDirectory::StateDirectory(const fs::path& data) {
  std::error_code error;
  if (!data.empty()) {
    path_ = fs::absolute(data, error);
    return;
  }
  const fs::path parent = fs::temp_directory_path(error);
  RemoveAbandoned(parent);
  path_ = parent / (std::string(kPrefix) + NewUuid());
  // Where nothing can be written, as in some containers, nothing is until it is needed.
  if (mkdir(path_.c_str(), 0700) == 0) lock_ = TakeLock(path_, O_CREAT | O_EXCL);
}

StateDirectory::~StateDirectory() {
  if (lock_ < 0) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  close(lock_);
}

}  // namespace dynarock
