#include "engine/storage/store_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace dynarock {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMarkerName = "DYNAROCK";
constexpr const char* kMarkerText = "dynarock store, format ";

ApiError CannotUse(const std::string& directory, const std::string& why) {
  return InternalError("Cannot use the data directory " + directory + ": " + why);
}

// The system's reason; where rights are missing, also what to do: a container's volume is often somebody else's.
std::string ReasonOf(int number) {
  const std::string reason = std::strerror(number);
  if (number != EACCES && number != EPERM) return reason + ".";
  return reason + " for user " + std::to_string(geteuid()) +
         "; give the directory to that user (chown), or run as a user who may write to it.";
}

std::string ReadAll(int file) {
  std::string text(256, '\0');
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return text;
}

// Whether the directory holds nothing of anybody's.
bool IsEmpty(const fs::path& directory, std::error_code& error) {
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().filename() != "lost+found") return false;
  }
  return true;
}

ApiError DescribeForeignFiles(const std::string& directory) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".db") {
      return CannotUse(directory, "it holds " + entry.path().filename().string() +
                                      ", a database of DynamoDB Local; name another directory.");
    }
  }
  return CannotUse(directory, "it holds other files and is not a dynarock store; name a new or empty directory.");
}

Result<void> CheckMarker(const std::string& directory, const std::string& marker) {
  const std::string expected = kMarkerText + std::to_string(kStoreFormat) + "\n";
  if (marker == expected) return {};
  if (marker.rfind(kMarkerText, 0) == 0) {
    std::string format = marker.substr(std::strlen(kMarkerText));
    while (!format.empty() && format.back() == '\n') format.pop_back();
    return CannotUse(directory, "its store has format " + format + ", and this program reads format " +
                                    std::to_string(kStoreFormat) +
                                    "; use the version that wrote it, or name another directory.");
  }
  return CannotUse(directory, "its file DYNAROCK is not the marker of a store; name another directory.");
}

Result<void> WriteMarker(const std::string& directory, int file) {
  const std::string text = kMarkerText + std::to_string(kStoreFormat) + "\n";
  if (pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) || fsync(file) != 0) {
    return CannotUse(directory, ReasonOf(errno));
  }
  return {};
}

}  // namespace

Result<StoreDirectory> StoreDirectory::Claim(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error || !fs::is_directory(directory, error)) {
    return CannotUse(directory, error ? ReasonOf(error.value()) : "it is not a directory.");
  }
  const fs::path marker_path = fs::path(directory) / kMarkerName;
  const bool is_new = !fs::exists(marker_path, error);
  if (is_new && !IsEmpty(directory, error)) return DescribeForeignFiles(directory);
  if (error) return CannotUse(directory, ReasonOf(error.value()));
  const int file = open(marker_path.c_str(), O_RDWR | O_CLOEXEC | (is_new ? O_CREAT : 0), 0644);
  if (file < 0) return CannotUse(directory, ReasonOf(errno));
  StoreDirectory claimed(file, (fs::absolute(directory) / "rocksdb").string());
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return CannotUse(directory, "another dynarock uses it; stop that one, or name another directory.");
  }
  // A marker of no bytes is one whose writer died before it wrote it.
  const std::string marker = ReadAll(file);
  if (marker.empty()) {
    TRY_VOID(WriteMarker(directory, file));
  } else {
    TRY_VOID(CheckMarker(directory, marker));
  }
  return claimed;
}

StoreDirectory::StoreDirectory(StoreDirectory&& other) noexcept
    : lock_(std::exchange(other.lock_, -1)), database_path_(std::move(other.database_path_)) {}

StoreDirectory& StoreDirectory::operator=(StoreDirectory&& other) noexcept {
  std::swap(lock_, other.lock_);
  std::swap(database_path_, other.database_path_);
  return *this;
}

StoreDirectory::~StoreDirectory() {
  if (lock_ >= 0) close(lock_);
}

}  // namespace dynarock
