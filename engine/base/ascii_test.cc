#include "engine/base/ascii.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(Ascii, KindsOfAllBytes) {
  std::string letters, digits;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (IsAsciiLetter(c)) letters += c;
    if (IsAsciiDigit(c)) digits += c;
    EXPECT_EQ(IsAsciiLetterOrDigit(c), IsAsciiLetter(c) || IsAsciiDigit(c)) << byte;
  }
  EXPECT_EQ(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  EXPECT_EQ(digits, "0123456789");
}

TEST(Ascii, OnlyLettersChange) {
  EXPECT_EQ(LowerCase("AZaz09_@[`{"), "azaz09_@[`{");
  EXPECT_EQ(LowerCase("\xc3\x84\xc3\xa4"), "\xc3\x84\xc3\xa4");
  EXPECT_EQ(LowerCase(""), "");
  EXPECT_EQ(UpperCase("AZaz09_@[`{\xc3\xa4"), "AZAZ09_@[`{\xc3\xa4");
}

TEST(Ascii, ComparesBothSidesInAnyCase) {
  EXPECT_TRUE(EqualsIgnoringCase("Content-Type", "cONTENT-tYPE"));
  EXPECT_TRUE(EqualsIgnoringCase("", ""));
  EXPECT_FALSE(EqualsIgnoringCase("a", "ab"));
  EXPECT_FALSE(EqualsIgnoringCase("@", "`"));  // 0x20 apart, but not letters
  EXPECT_FALSE(EqualsIgnoringCase("[", "{"));
  EXPECT_FALSE(EqualsIgnoringCase("\xc3\x84", "\xc3\xa4"));
}

}  // namespace
}  // namespace dynarock
