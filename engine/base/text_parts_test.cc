#include "engine/base/text_parts.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

using Parts = std::vector<std::string_view>;

TEST(TextParts, TakesOneAfterTheOther) {
  std::string_view text = "a=b=;";
  EXPECT_EQ(TakePart(text, '='), "a");
  EXPECT_EQ(TakePart(text, '='), "b");
  EXPECT_EQ(TakePart(text, '='), ";");
  EXPECT_EQ(text, "");
  EXPECT_EQ(TakePart(text, '='), "");
}

TEST(TextParts, AllOfThemAreThere) {
  EXPECT_EQ(PartsOf("a/b/c", '/'), (Parts{"a", "b", "c"}));
  EXPECT_EQ(PartsOf("/a//", '/'), (Parts{"", "a", "", ""}));
  EXPECT_EQ(PartsOf("", '/'), Parts{""});
}

TEST(TextParts, BlanksAreTrimmed) {
  EXPECT_EQ(Trimmed(" \ta b\t "), "a b");
  EXPECT_EQ(Trimmed(" \t"), "");
  EXPECT_EQ(Trimmed("\na"), "\na");
}

}  // namespace
}  // namespace dynarock
