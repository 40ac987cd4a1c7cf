#include "server/lambda/code_archive.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(CodeArchive, Base64) {
  EXPECT_EQ(*ParseBase64("YQ=="), "a");
  EXPECT_EQ(*ParseBase64("YWJj"), "abc");
  EXPECT_EQ(*ParseBase64(""), "");
  EXPECT_EQ(EncodeBase64("ab"), "YWI=");
  for (const char* text : {"Y", "YQ=", "YQ==\n", "Y*==", "==", "\xff\xff\xff\xff"})
    EXPECT_FALSE(ParseBase64(text)) << text;
}

}  // namespace
}  // namespace dynarock
