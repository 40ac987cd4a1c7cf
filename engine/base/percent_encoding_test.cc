#include "engine/base/percent_encoding.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(PercentEncoding, ThereAndBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(PercentDecoded(PercentEncoded(all)), all);
  EXPECT_EQ(PercentEncoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncoded("/a b+%\xc3\xa9"), "%2Fa%20b%2B%25%C3%A9");
  EXPECT_EQ(PercentEncoded("/a b", '/'), "/a%20b");
  EXPECT_EQ(PercentEncoded(std::string_view("\0", 1)), "%00");
  EXPECT_EQ(PercentEncodedByte('.'), "%2E");
}

TEST(PercentEncoding, WhatIsNoEscapeStays) {
  for (const char* text : {"", "%", "%4", "%zz", "%4g", "%g4", "a%", "%%", "+"}) EXPECT_EQ(PercentDecoded(text), text);
  EXPECT_EQ(PercentDecoded("a%2Fb%2f%"), "a/b/%");
  EXPECT_EQ(PercentDecoded("%%41"), "%A");
}

TEST(PercentEncoding, PlusIsASpaceInAForm) {
  EXPECT_EQ(FormDecoded("a+b%2Bc%20d"), "a b+c d");
  EXPECT_EQ(FormDecoded("%2+"), "%2 ");
}

}  // namespace
}  // namespace dynarock
