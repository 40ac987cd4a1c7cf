#include "server/lambda/code_archive.h"

#include <gtest/gtest.h>
#include <minizip/zip.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/uuid.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

struct Entry {
  std::string name;
  std::string bytes;
  mode_t mode = S_IFREG | 0644;
};

std::string TextOfFile(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class CodeArchiveTest : public testing::Test {
 protected:
  CodeArchiveTest() { fs::create_directories(root_); }
  ~CodeArchiveTest() override { fs::remove_all(root_); }

  std::string Archive(const std::vector<Entry>& entries) const {
    const std::string file = (root_ / "made.zip").string();
    zipFile zip = zipOpen64(file.c_str(), APPEND_STATUS_CREATE);
    for (const Entry& entry : entries) {
      zip_fileinfo info{};
      info.external_fa = uLong{entry.mode} << 16;
      zipOpenNewFileInZip(zip, entry.name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED, 6);
      zipWriteInFileInZip(zip, entry.bytes.data(), static_cast<unsigned>(entry.bytes.size()));
      zipCloseFileInZip(zip);
    }
    zipClose(zip, nullptr);
    return TextOfFile(file);
  }

  // The error of unpacking such an archive, "" if there is none.
  std::string Unpack(const std::vector<Entry>& entries) { return UnpackBytes(Archive(entries)); }
  std::string UnpackBytes(const std::string& archive) {
    fs::remove_all(code_);
    const Result<void> unpacked = UnpackCode(archive, code_.string());
    return unpacked ? "" : unpacked.error().message;
  }

  const fs::path root_ = fs::canonical(fs::temp_directory_path()) / ("dynarock-code-archive-" + NewUuid());
  const fs::path code_ = root_ / "a" / "code";
  const std::string not_unpacked_ = "Could not unzip uploaded file. Please check your file, then try to upload again.";
};

TEST_F(CodeArchiveTest, UnpacksFilesFoldersAndLinks) {
  const std::string large(300'000, 'x');
  ASSERT_EQ(Unpack({{"index.mjs", "export"},
                    {"lib/", "", S_IFDIR | 0755},
                    {"lib/deep/large.txt", large},
                    {"bootstrap", "#!/bin/sh", S_IFREG | 0755},
                    {"lib/link", "../index.mjs", S_IFLNK | 0777}}),
            "");
  EXPECT_EQ(TextOfFile(code_ / "index.mjs"), "export");
  EXPECT_EQ(TextOfFile(code_ / "lib/deep/large.txt"), large);
  EXPECT_EQ(TextOfFile(code_ / "lib/link"), "export");
  EXPECT_TRUE(fs::is_symlink(code_ / "lib/link"));
  EXPECT_FALSE(fs::exists(code_ / "archive.zip"));
  const auto may_run = [&](const char* name) {
    return (fs::status(code_ / name).permissions() & fs::perms::owner_exec) != fs::perms::none;
  };
  EXPECT_TRUE(may_run("bootstrap"));
  EXPECT_FALSE(may_run("index.mjs"));
}

TEST_F(CodeArchiveTest, NothingIsWrittenOutside) {
  for (const char* name : {"../a.txt", "/a.txt", "lib/../../a.txt", ".."}) {
    EXPECT_EQ(Unpack({{name, "x"}}), not_unpacked_) << name;
  }
  for (const char* target : {"/etc/passwd", "../..", "..", "lib/../../x"}) {
    EXPECT_EQ(Unpack({{"link", target, S_IFLNK | 0777}}), not_unpacked_) << target;
  }
  // A link to a link that leads out by way of the folder that it names.
  EXPECT_EQ(Unpack({{"a/b/c.txt", "x"}, {"d", "a/b", S_IFLNK | 0777}, {"e", "d/../../..", S_IFLNK | 0777}}),
            not_unpacked_);
  EXPECT_FALSE(fs::exists(root_ / "a" / "a.txt"));
}

TEST_F(CodeArchiveTest, ANameComesOnce) {
  EXPECT_EQ(Unpack({{"a.txt", "1"}, {"a.txt", "2"}}), not_unpacked_);
  EXPECT_EQ(Unpack({{"a.txt", "1"}, {"./a.txt", "2"}}), not_unpacked_);
  EXPECT_EQ(Unpack({{"a", "1"}, {"a/b", "2"}}), not_unpacked_);
  EXPECT_EQ(Unpack({{"a/b", "1"}, {"a/c", "2"}, {"a/", "", S_IFDIR | 0755}}), "");
}

TEST_F(CodeArchiveTest, BrokenArchivesAreRefused) {
  EXPECT_EQ(UnpackBytes(""), not_unpacked_);
  EXPECT_EQ(UnpackBytes("PK"), not_unpacked_);
  const std::string text(10'000, 'y');
  std::string archive = Archive({{"a.txt", "x"}, {"b.txt", text}});
  EXPECT_EQ(UnpackBytes(archive), "");
  EXPECT_EQ(UnpackBytes(archive.substr(0, archive.size() / 2)), not_unpacked_);
  const std::size_t first = archive.find("a.txt") + 5;  // compressed bytes of "x"
  archive[first] = static_cast<char>(archive[first] ^ 0x55);
  EXPECT_EQ(UnpackBytes(archive), not_unpacked_);
}

TEST(CodeArchive, TheHashIsLambdas) {
  EXPECT_EQ(CodeSha256(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

}  // namespace
}  // namespace dynarock
