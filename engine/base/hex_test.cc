#include "engine/base/hex.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(Hex, ThereAndBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(BytesOfLowerHex(LowerHex(all)), all);
  EXPECT_EQ(LowerHex(std::string_view("\x00\x7f\xab\xff", 4)), "007fabff");
  EXPECT_EQ(UpperHex("\xab\xcd"), "ABCD");
  EXPECT_EQ(LowerHex(""), "");
  EXPECT_EQ(BytesOfLowerHex(""), "");
}

TEST(Hex, RefusesOtherTexts) {
  for (const char* text : {"a", "abc", "AB", "0x", "g0", "0g", " a", "a ", "\xff\xff"}) {
    EXPECT_EQ(BytesOfLowerHex(text), std::nullopt) << text;
  }
}

TEST(Hex, ValueOfADigit) {
  EXPECT_EQ(HexDigitValue('0'), 0);
  EXPECT_EQ(HexDigitValue('9'), 9);
  EXPECT_EQ(HexDigitValue('a'), 10);
  EXPECT_EQ(HexDigitValue('F'), 15);
  for (const char c : {'/', ':', '@', 'G', '`', 'g', '\0', '\xff'}) EXPECT_EQ(HexDigitValue(c), -1) << c;
}

}  // namespace
}  // namespace dynarock
