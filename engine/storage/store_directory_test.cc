#include "engine/storage/store_directory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/storage/store.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

class StoreDirectoryTest : public testing::Test {
 protected:
  StoreDirectoryTest() {
    char pattern[] = "/tmp/dynarock-directory-XXXXXX";
    directory_ = mkdtemp(pattern);
  }
  ~StoreDirectoryTest() override { fs::remove_all(directory_); }

  void Write(const std::string& name, const std::string& text) { std::ofstream(directory_ + "/" + name) << text; }
  std::string Read(const std::string& name) {
    std::stringstream text;
    text << std::ifstream(directory_ + "/" + name).rdbuf();
    return text.str();
  }
  std::string OpenError() {
    const auto store = Store::Open({.directory = directory_});
    return store ? "" : store.error().message;
  }
  std::size_t FileCount() {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }

  std::string directory_;
};

TEST_F(StoreDirectoryTest, MakesMissingDirectories) {
  EXPECT_TRUE(Store::Open({.directory = directory_ + "/a/b"}));
  EXPECT_TRUE(Store::Open({.directory = directory_ + "/a/b"}));
}

TEST_F(StoreDirectoryTest, RefusesForeignFiles) {
  Write("notes.txt", "mine");
  EXPECT_NE(OpenError().find("is not a dynarock store"), std::string::npos);
  EXPECT_EQ(FileCount(), 1u);
  EXPECT_EQ(Read("notes.txt"), "mine");
}

TEST_F(StoreDirectoryTest, RefusesDynamoDbLocal) {
  Write("shared-local-instance.db", "SQLite format 3");
  EXPECT_NE(OpenError().find("DynamoDB Local"), std::string::npos);
  EXPECT_EQ(FileCount(), 1u);
}

TEST_F(StoreDirectoryTest, RefusesAnotherFormat) {
  Write("DYNAROCK", "dynarock store, format 1\n");
  EXPECT_NE(OpenError().find("has format 1, and this program reads format 2"), std::string::npos);
  EXPECT_EQ(FileCount(), 1u);
  Write("DYNAROCK", "what is this");
  EXPECT_NE(OpenError().find("not the marker of a store"), std::string::npos);
}

TEST_F(StoreDirectoryTest, RefusesASecondOwner) {
  const auto first = Store::Open({.directory = directory_});
  ASSERT_TRUE(first);
  EXPECT_NE(OpenError().find("another dynarock uses it"), std::string::npos);
}

TEST_F(StoreDirectoryTest, RefusesAFile) {
  Write("file", "");
  const auto store = Store::Open({.directory = directory_ + "/file"});
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().message.find("Cannot use the data directory"), std::string::npos);
}

TEST_F(StoreDirectoryTest, CompletesAnEmptyMarker) {
  Write("DYNAROCK", "");
  EXPECT_EQ(OpenError(), "");
  EXPECT_EQ(Read("DYNAROCK"), "dynarock store, format 2\n");
}

}  // namespace
}  // namespace dynarock
