#include "engine/base/unicode.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(Unicode, TakesCodePointsOfEachLength) {
  std::string_view text = "a\u00e9\u20ac\U0001F600";
  EXPECT_EQ(CountCodePoints(text), 4u);
  EXPECT_EQ(TakeCodePoint(text), U'a');
  EXPECT_EQ(TakeCodePoint(text), U'\u00e9');
  EXPECT_EQ(TakeCodePoint(text), U'\u20ac');
  EXPECT_EQ(TakeCodePoint(text), U'\U0001F600');
  EXPECT_TRUE(text.empty());
}

TEST(Unicode, KnowsLettersDigitsAndBlanksOfAllScripts) {
  for (const char32_t code_point : {U'a', U'Z', U'0', U' ', U'\u00e9', U'\u0416', U'\u540d', U'\u0663', U'\u00a0'}) {
    EXPECT_TRUE(IsLetterDigitOrBlank(code_point)) << static_cast<unsigned>(code_point);
  }
  for (const char32_t code_point : {U'\0', U'\n', U'!', U'\u20ac', U'\u201c', U'\U0001F600', U'\u0301', U'\u200b'}) {
    EXPECT_FALSE(IsLetterDigitOrBlank(code_point)) << static_cast<unsigned>(code_point);
  }
}

}  // namespace
}  // namespace dynarock
