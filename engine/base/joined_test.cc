#include "engine/base/joined.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <vector>

namespace dynarock {
namespace {

TEST(Joined, SeparatesAllParts) {
  EXPECT_EQ(Joined(std::vector<std::string>{}), "");
  EXPECT_EQ(Joined(std::vector<std::string>{"a"}), "a");
  EXPECT_EQ(Joined(std::set<std::string_view>{"c", "a", "b"}), "a, b, c");
  EXPECT_EQ(Joined(std::array{"a", "b"}, ";"), "a;b");
  EXPECT_EQ(Joined(std::vector<std::string>{"", "", "a"}, ","), ",,a");
}

TEST(Joined, TakesMembersAndFunctions) {
  struct Column {
    std::string name;
  };
  EXPECT_EQ(Joined(std::vector<Column>{{"pk"}, {"sk"}}, ", ", &Column::name), "pk, sk");
  EXPECT_EQ(Joined(std::array{1, 2, 3}, "-", [](int number) { return std::to_string(number); }), "1-2-3");
}

TEST(Joined, AppendsPartByPart) {
  std::string list;
  AppendListed(list, "a");
  AppendListed(list, "b");
  AppendListed(list, "c", ";");
  EXPECT_EQ(list, "a, b;c");
}

TEST(Joined, MessagesAreCutPast32KiB) {
  EXPECT_EQ(JoinedInMessage(std::vector<std::string>{}), "");
  EXPECT_EQ(JoinedInMessage(std::vector<std::string>{"a", "b"}), "a, b");
  const std::vector<std::string> names(100, std::string(1000, 'n'));
  const std::string text = JoinedInMessage(names);
  EXPECT_TRUE(text.ends_with(", ..."));
  EXPECT_GT(text.size(), 32U * 1024);
  EXPECT_LT(text.size(), 34U * 1024);
}

}  // namespace
}  // namespace dynarock
