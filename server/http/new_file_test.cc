#include "server/http/new_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace dynarock {
namespace {

namespace fs = std::filesystem;

class NewFileTest : public ::testing::Test {
 protected:
  NewFileTest() : folder_(fs::path(::testing::TempDir()) / ("new-file-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
    std::ofstream(Other()) << "other";
  }
  ~NewFileTest() override { fs::remove_all(folder_); }

  fs::path Path() const { return folder_ / "file"; }
  fs::path Next() const { return folder_ / "file.new"; }
  fs::path Other() const { return folder_ / "other"; }

  const fs::path folder_;
};

TEST_F(NewFileTest, ReplacesWhatIsThere) {
  for (const char* content : {"one", "", "three"}) {
    ASSERT_TRUE(ReplaceFile(Path(), 0600, content));
    EXPECT_EQ(ReadOwnFile(Path()), content);
    EXPECT_FALSE(fs::exists(Next()));
  }
  EXPECT_EQ(fs::status(Path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(NewFileTest, FollowsNoLinks) {
  fs::create_symlink(Other(), Next());
  fs::create_symlink(Other(), Path());
  EXPECT_EQ(ReadOwnFile(Path()), std::nullopt);
  ASSERT_TRUE(ReplaceFile(Path(), 0600, "ours"));
  EXPECT_FALSE(fs::is_symlink(Path()));
  EXPECT_EQ(ReadOwnFile(Path()), "ours");
  EXPECT_EQ(ReadOwnFile(Other()), "other");
}

TEST_F(NewFileTest, TakesAnUnfinishedFileForWhatItIs) {
  std::ofstream(Next()) << "half";
  fs::permissions(Next(), fs::perms::all);
  ASSERT_TRUE(ReplaceFile(Path(), 0600, "whole"));
  EXPECT_EQ(fs::status(Path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(NewFileTest, ReadsRegularFilesOnly) {
  ASSERT_EQ(mkfifo(Path().c_str(), 0600), 0);
  EXPECT_EQ(ReadOwnFile(Path()), std::nullopt);
  EXPECT_EQ(ReadOwnFile(folder_), std::nullopt);
  EXPECT_EQ(ReadOwnFile(folder_ / "absent"), std::nullopt);
}

TEST_F(NewFileTest, SaysWhenItCannot) {
  EXPECT_FALSE(ReplaceFile(folder_ / "absent" / "file", 0600, "x"));
  fs::create_directory(Next());
  EXPECT_FALSE(ReplaceFile(Path(), 0600, "x"));
  EXPECT_FALSE(fs::exists(Path()));
}

}  // namespace
}  // namespace dynarock
