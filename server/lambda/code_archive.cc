#include "server/lambda/code_archive.h"

#include <minizip/unzip.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>

namespace dynarock {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostUnpacked = 250ULL * 1024 * 1024;  // bytes; Lambda's quota

ApiError NotUnpacked() {
  return ValidationError("Could not unzip uploaded file. Please check your file, then try to upload again.");
}

// Relative, and nowhere above where it is unpacked.
bool StaysInside(const fs::path& name) {
  if (name.empty() || name.is_absolute()) return false;
  for (const fs::path& part : name) {
    if (part == "..") return false;
  }
  return true;
}

struct ZipCloser {
  void operator()(void* zip) const { unzClose(zip); }
};
using ZipPtr = std::unique_ptr<void, ZipCloser>;

// The entry that `zip` stands at. `total` grows by its size.
Result<void> UnpackEntry(unzFile zip, const fs::path& directory, std::uint64_t& total) {
  std::array<char, 4096> name{};
  unz_file_info64 info{};
  if (unzGetCurrentFileInfo64(zip, &info, name.data(), name.size() - 1, nullptr, 0, nullptr, 0) != UNZ_OK) {
    return NotUnpacked();
  }
  const std::string_view text(name.data());
  if (!StaysInside(text) || (total += info.uncompressed_size) > kMostUnpacked) return NotUnpacked();
  const fs::path path = directory / text;
  std::error_code error;
  if (text.ends_with('/')) {
    fs::create_directories(path, error);
    return {};
  }
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary);
  if (!out || unzOpenCurrentFile(zip) != UNZ_OK) return NotUnpacked();
  std::array<char, 64 * 1024> buffer;
  int size = 0;
  std::uint64_t written = 0;
  while ((size = unzReadCurrentFile(zip, buffer.data(), buffer.size())) > 0) {
    out.write(buffer.data(), size);
    written += static_cast<std::uint64_t>(size);
    if (written > info.uncompressed_size) return NotUnpacked();
  }
  if (size < 0 || unzCloseCurrentFile(zip) != UNZ_OK || !out.flush()) return NotUnpacked();
  const auto mode = static_cast<fs::perms>(info.external_fa >> 16) & fs::perms::mask;
  if ((mode & fs::perms::owner_exec) != fs::perms::none) {
    fs::permissions(path, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add,
                    error);
  }
  return {};
}

}  // namespace

Result<void> UnpackCode(std::string_view archive, const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  const fs::path file = fs::path(directory).string() + ".zip";
  std::ofstream(file, std::ios::binary) << archive;
  const ZipPtr zip(unzOpen64(file.c_str()));
  fs::remove(file, error);
  if (!zip) return NotUnpacked();
  std::uint64_t total = 0;
  int found = unzGoToFirstFile(zip.get());
  for (; found == UNZ_OK; found = unzGoToNextFile(zip.get())) TRY_VOID(UnpackEntry(zip.get(), directory, total));
  if (found != UNZ_END_OF_LIST_OF_FILE) return NotUnpacked();
  return {};
}

std::string EncodeBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

Result<std::string> ParseBase64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0 || text.size() % 4 != 0) return ValidationError("The text is not valid Base64.");
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string CodeSha256(std::string_view archive) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(archive.data()), archive.size(), digest.data());
  return EncodeBase64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace dynarock
