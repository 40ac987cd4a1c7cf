#include "server/http/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace dynarock {
namespace {

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
};

bool WriteAll(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

bool ReplaceFile(const std::filesystem::path& path, mode_t mode, std::string_view content) {
  const std::string next = path.string() + ".new";
  unlink(next.c_str());  // of a start that was killed
  const File file(open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (file.descriptor() < 0) return false;
  if (WriteAll(file.descriptor(), content) && std::rename(next.c_str(), path.c_str()) == 0) return true;
  const int error = errno;
  unlink(next.c_str());
  errno = error;
  return false;
}

std::optional<std::string> ReadOwnFile(const std::filesystem::path& path) {
  constexpr std::size_t kLargest = 1024 * 1024;
  // Without blocking, as a pipe would.
  const File file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat facts {};
  if (file.descriptor() < 0 || fstat(file.descriptor(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  std::string content;
  std::array<char, 4096> block;
  ssize_t size = 0;
  while ((size = read(file.descriptor(), block.data(), block.size())) > 0) {
    content.append(block.data(), static_cast<std::size_t>(size));
    if (content.size() > kLargest) return std::nullopt;
  }
  if (size < 0) return std::nullopt;
  return content;
}

}  // namespace dynarock
