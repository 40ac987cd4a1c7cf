#include "server/lambda/failure_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/base/uuid.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

class FailureFilesTest : public testing::Test {
 protected:
  FailureFilesTest() { fs::create_directories(root_); }
  ~FailureFilesTest() override { fs::remove_all(root_); }

  static std::string TextOf(const fs::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const fs::path root_ = fs::temp_directory_path() / ("dynarock-failure-files-" + NewUuid());
  const fs::path folder_ = root_ / "failures";
  FailureFiles files_{folder_.string()};
};

TEST_F(FailureFilesTest, AppendsBelowTheFolder) {
  ASSERT_TRUE(files_.Append("file://orders.jsonl", "one"));
  ASSERT_TRUE(files_.Append("file://" + (folder_ / "orders.jsonl").string(), "two"));
  ASSERT_TRUE(files_.Append("file://team/orders.jsonl", "three"));
  EXPECT_EQ(TextOf(folder_ / "orders.jsonl"), "one\ntwo\n");
  EXPECT_EQ(TextOf(folder_ / "team" / "orders.jsonl"), "three\n");
}

TEST_F(FailureFilesTest, RefusesWhatIsElsewhere) {
  for (const std::string& destination :
       {std::string("file:///etc/passwd"), std::string("file://../x"), "file://" + (folder_ / "../x").string(),
        "file://" + folder_.string(), "file://" + folder_.string() + "-other/x", std::string("file://"),
        std::string("file://a/../../x"), std::string("file://a/"), std::string("file://."),
        std::string("file://a\0b", 10), std::string("file://a\nb")}) {
    EXPECT_FALSE(files_.Check(destination)) << destination;
    EXPECT_FALSE(files_.Append(destination, "line")) << destination;
  }
  EXPECT_FALSE(fs::exists(root_ / "x"));
}

TEST_F(FailureFilesTest, FollowsNoLinksAndWaitsForNobody) {
  fs::create_directories(folder_);
  std::ofstream(root_ / "target") << "mine";
  fs::create_symlink(root_ / "target", folder_ / "link");
  fs::create_directory_symlink(root_, folder_ / "folder");
  fs::create_hard_link(root_ / "target", folder_ / "second-name");
  ASSERT_EQ(mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  fs::create_directory(folder_ / "directory");
  for (const char* name : {"link", "folder/target", "second-name", "fifo", "directory"}) {
    EXPECT_FALSE(files_.Append("file://" + std::string(name), "line")) << name;
  }
  EXPECT_EQ(TextOf(root_ / "target"), "mine");
}

TEST(FailureFiles, InMemoryThereAreNone) {
  FailureFiles none("");
  ASSERT_FALSE(none.Check("file://x"));
  EXPECT_NE(none.Check("file://x").error().message.find("--destinations"), std::string::npos);
  EXPECT_FALSE(none.Append("file://x", "line"));
}

}  // namespace
}  // namespace dynarock
