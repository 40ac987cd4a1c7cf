#include "server/lambda/failure_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace dynarock {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;

class FileHandle {
 public:
  explicit FileHandle(int file) : file_(file) {}
  ~FileHandle() {
    if (file_ >= 0) close(file_);
  }
  FileHandle(FileHandle&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  int get() const { return file_; }

 private:
  int file_;
};

// Without ".." and "." and what else leads elsewhere.
bool IsPlain(const fs::path& name) {
  if (name.empty() || name.is_absolute() || !name.has_filename()) return false;
  for (const fs::path& part : name) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return true;
}

bool IsPrintable(std::string_view text) {
  for (const char letter : text) {
    if (static_cast<unsigned char>(letter) < ' ' || letter == '\x7f') return false;
  }
  return true;
}

// Opens the file below `folder`; folders on the way are made. Each part is opened by itself, so no link is followed.
Result<FileHandle> OpenBelow(FileHandle folder, const fs::path& name) {
  for (const fs::path& part : name.parent_path()) {
    mkdirat(folder.get(), part.c_str(), kFolderMode);
    folder = FileHandle(openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (folder.get() < 0) return InternalError(std::strerror(errno));
  }
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  FileHandle file(openat(folder.get(), name.filename().c_str(), kFlags, kFileMode));
  if (file.get() < 0) return InternalError(std::strerror(errno));
  struct stat facts {};
  if (fstat(file.get(), &facts) != 0) return InternalError(std::strerror(errno));
  // A file with a second name may be somebody else's.
  if (!S_ISREG(facts.st_mode) || facts.st_nlink > 1) return InternalError("it is not a regular file of its own");
  return file;
}

Result<void> WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(file, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return InternalError(std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

}  // namespace

FailureFiles::FailureFiles(std::string directory)
    : directory_(directory.empty() ? "" : fs::path(std::move(directory)).lexically_normal().string()) {}

Result<std::string> FailureFiles::NameOf(std::string_view destination) const {
  if (directory_.empty()) {
    return ValidationError("The server keeps no files of failures: start it with --destinations DIR, or with --data.");
  }
  fs::path name = destination.substr(std::min(kFileScheme.size(), destination.size()));
  if (name.is_absolute()) name = name.lexically_normal().lexically_relative(directory_);
  if (!IsPlain(name) || !IsPrintable(name.native())) {
    return ValidationError("The destination must be a file below " + directory_ +
                           ": name it file://NAME, or choose another folder with --destinations DIR.");
  }
  return name.string();
}

Result<void> FailureFiles::Check(std::string_view destination) const {
  TRY_VOID(NameOf(destination));
  return {};
}

Result<void> FailureFiles::Append(std::string_view destination, std::string_view line) {
  TRY(const std::string name, NameOf(destination));
  const auto cannot = [&](const ApiError& error) {
    return InternalError("Cannot write " + (fs::path(directory_) / name).string() + ": " + error.message + ".");
  };
  const std::lock_guard lock(mutex_);
  std::error_code error;
  if (fs::create_directories(directory_, error)) {
    fs::permissions(directory_, fs::perms::owner_all, error);
  }
  FileHandle folder(open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return cannot(InternalError(std::strerror(errno)));
  const Result<FileHandle> file = OpenBelow(std::move(folder), name);
  if (!file) return cannot(file.error());
  const Result<void> written = WriteAll(file->get(), std::string(line) + '\n');
  if (!written) return cannot(written.error());
  return {};
}

}  // namespace dynarock
