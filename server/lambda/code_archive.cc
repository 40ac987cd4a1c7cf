#include "server/lambda/code_archive.h"

#include <minizip/unzip.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "engine/base/base64.h"
#include "engine/storage/digest.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostUnpacked = 262'144'000;  // bytes; Lambda's quota
constexpr std::size_t kMostEntries = 100'000;         // files, links and folders
constexpr std::size_t kLongestName = 1024;            // bytes, of an entry
constexpr std::size_t kLongestLink = 1024;            // bytes, of a link's target

ApiError NotUnpacked() {
  return ValidationError("Could not unzip uploaded file. Please check your file, then try to upload again.");
}

// Source: public code and issues that quote Lambda's answers.
ApiError TooLarge() {
  return ValidationError("Unzipped size must be smaller than " + std::to_string(kMostUnpacked) + " bytes");
}

// Relative, and nowhere above where it is unpacked.
bool StaysInside(const fs::path& name) {
  if (name.empty() || name.is_absolute() || name.native().find('\0') != std::string::npos) return false;
  for (const fs::path& part : name) {
    if (part == "..") return false;
  }
  return true;
}

struct ZipCloser {
  void operator()(void* zip) const { unzClose(zip); }
};
using ZipPtr = std::unique_ptr<void, ZipCloser>;

// Unpacks the entries of one archive. Links are made last, so that nothing is written through them.
class Unpacking {
 public:
  Unpacking(unzFile zip, fs::path directory) : zip_(zip), directory_(std::move(directory)) {}

  Result<void> Run() {
    int found = unzGoToFirstFile(zip_);
    for (; found == UNZ_OK; found = unzGoToNextFile(zip_)) TRY_VOID(UnpackEntry());
    if (found != UNZ_END_OF_LIST_OF_FILE) return NotUnpacked();
    for (const auto& [name, target] : links_) TRY_VOID(MakeLink(name, target));
    for (const auto& [name, target] : links_) TRY_VOID(CheckLink(name));
    return {};
  }

 private:
  // The entry that the archive stands at.
  Result<void> UnpackEntry() {
    std::array<char, kLongestName + 1> text{};
    unz_file_info64 info{};
    if (unzGetCurrentFileInfo64(zip_, &info, text.data(), text.size(), nullptr, 0, nullptr, 0) != UNZ_OK ||
        info.size_filename > kLongestName) {
      return NotUnpacked();
    }
    const std::string name(text.data(), info.size_filename);
    if (!StaysInside(name)) return NotUnpacked();
    unpacked_ += std::min<std::uint64_t>(info.uncompressed_size, kMostUnpacked + 1);
    if (unpacked_ > kMostUnpacked) return TooLarge();
    if (name.ends_with('/')) return MakeFolder(name.substr(0, name.size() - 1));
    TRY_VOID(MakeFolder(fs::path(name).parent_path()));
    TRY_VOID(Count(name));
    const auto mode = static_cast<mode_t>(info.external_fa >> 16);
    if (S_ISLNK(mode)) {
      TRY(links_[name], Read(std::min<std::uint64_t>(info.uncompressed_size, kLongestLink)));
      return {};
    }
    return WriteFile(name, info.uncompressed_size, (mode & S_IXUSR) != 0);
  }

  // Counts what is made; a name that comes twice is refused, as either could be meant.
  Result<void> Count(const fs::path& name) {
    if (!made_.insert(name.lexically_normal()).second) return NotUnpacked();
    if (made_.size() > kMostEntries) return NotUnpacked();
    return {};
  }

  // The folder and those above it, as far as they are not there.
  Result<void> MakeFolder(const fs::path& name) {
    fs::path path;
    for (const fs::path& part : name) {
      path /= part;
      if (part.empty() || part == "." || !folders_.insert(path.lexically_normal()).second) continue;
      TRY_VOID(Count(path));
      std::error_code error;
      if (!fs::create_directory(directory_ / path, error)) return NotUnpacked();
    }
    return {};
  }

  Result<std::string> Read(std::uint64_t most) {
    std::string bytes;
    TRY_VOID(ReadInto(most, [&](std::string_view piece) { bytes += piece; }));
    return bytes;
  }

  // Passes on the entry's bytes, which must not be more than `most`.
  template <class Take>
  Result<void> ReadInto(std::uint64_t most, const Take& take) {
    if (unzOpenCurrentFile(zip_) != UNZ_OK) return NotUnpacked();
    std::vector<char> buffer(64 * 1024);
    std::uint64_t total = 0;
    int size = 0;
    while ((size = unzReadCurrentFile(zip_, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0) {
      total += static_cast<std::uint64_t>(size);
      if (total > most) return NotUnpacked();
      take(std::string_view(buffer.data(), static_cast<std::size_t>(size)));
    }
    if (size < 0 || unzCloseCurrentFile(zip_) != UNZ_OK) return NotUnpacked();
    return {};
  }

  Result<void> WriteFile(const std::string& name, std::uint64_t size, bool is_executable) {
    const fs::path path = directory_ / name;
    std::ofstream out(path, std::ios::binary);
    if (!out) return NotUnpacked();
    TRY_VOID(ReadInto(
        size, [&](std::string_view piece) { out.write(piece.data(), static_cast<std::streamsize>(piece.size())); }));
    if (!out.flush()) return InternalError("The code could not be written to " + directory_.string() + ".");
    constexpr fs::perms kMayRun = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
    std::error_code ignored;
    if (is_executable) fs::permissions(path, kMayRun, fs::perm_options::add, ignored);
    return {};
  }

  Result<void> MakeLink(const fs::path& name, const std::string& target) const {
    const fs::path leads_to = (name.parent_path() / target).lexically_normal();
    std::error_code error;
    if (fs::path(target).is_absolute() || !StaysInside(leads_to)) return NotUnpacked();
    fs::create_symlink(target, directory_ / name, error);
    if (error) return NotUnpacked();
    return {};
  }

  // A link may lead through others that were made.
  Result<void> CheckLink(const fs::path& name) const {
    std::error_code error;
    const fs::path inside = fs::canonical(directory_, error);
    const fs::path leads_to = fs::weakly_canonical(directory_ / name, error).lexically_relative(inside);
    if (error || leads_to.empty() || *leads_to.begin() == "..") return NotUnpacked();
    return {};
  }

  const unzFile zip_;
  const fs::path directory_;
  std::uint64_t unpacked_ = 0;  // bytes
  std::set<fs::path> made_, folders_;
  std::map<fs::path, std::string> links_;
};

}  // namespace

Result<void> UnpackCode(std::string_view archive, const std::string& directory) {
  std::error_code error;
  fs::create_directories(fs::path(directory).parent_path(), error);
  fs::create_directory(directory, error);
  const fs::path file = fs::path(directory) / "archive.zip";
  std::ofstream(file, std::ios::binary) << archive;
  const ZipPtr zip(unzOpen64(file.c_str()));
  fs::remove(file, error);
  if (!zip) return NotUnpacked();
  return Unpacking(zip.get(), directory).Run();
}

std::string CodeSha256(std::string_view archive) {
  return EncodeBase64(Sha256(archive));
}

}  // namespace dynarock
