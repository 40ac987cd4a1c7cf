#include "engine/base/item_bytes.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(ItemBytes, VarintBoundaries) {
  for (const std::uint32_t value : {0u, 1u, 127u, 128u, 16383u, 16384u, 2097151u, 2097152u, 0xffffffffu}) {
    std::string out;
    AppendVarint(out, value);
    const char* pos = out.data();
    EXPECT_EQ(ReadVarint(pos), value);
    EXPECT_EQ(pos, out.data() + out.size());
  }
  std::string out;
  AppendVarint(out, 300);
  EXPECT_EQ(out, "\xac\x02");
}

TEST(ItemBytes, FixedWidths) {
  char four[4];
  WriteFixed32(four, 0x01020304);
  EXPECT_EQ(std::string(four, 4), std::string("\x04\x03\x02\x01"));
  EXPECT_EQ(ReadFixed32(four), 0x01020304u);
  std::string out;
  AppendBigEndian<std::uint16_t>(out, 0xabcd);
  EXPECT_EQ(out, "\xab\xcd");
  EXPECT_EQ(ReadBigEndian<std::uint16_t>(out.data()), 0xabcd);
}

}  // namespace
}  // namespace dynarock
