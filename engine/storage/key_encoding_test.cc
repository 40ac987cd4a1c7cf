#include "engine/storage/key_encoding.h"

#include <gtest/gtest.h>

#include <array>

#include "engine/base/hex.h"
#include "engine/item/number.h"

namespace dynarock {
namespace {

std::string Scalar(Type type, std::string_view payload) {
  std::string out;
  AppendScalar(out, type, payload);
  return out;
}

std::string Sort(std::string_view payload) {
  const std::string value = Scalar(Type::kBinary, payload);
  std::string key;
  AppendSortValue(key, ValueView::Of(value));
  return key;
}

TEST(KeyEncoding, ExactBytes) {
  EXPECT_EQ(LowerHex(RowPrefix({0x01020304}, {5})), "10010203040005");
  EXPECT_EQ(LowerHex(CountersKey({7})), "0300000007");
  EXPECT_EQ(LowerHex(TransactionTokenKey("", "abc")), "04616263");
  EXPECT_EQ(LowerHex(TokenExpiryKey("", {0x0102030405060708}, "abc")), "050102030405060708616263");
  EXPECT_EQ(TokenOfExpiryKey("", TokenExpiryKey("", {7}, "abc")), "abc");
  EXPECT_EQ(LowerHex(TransactionTokenKey("k/r", "abc")), "8400036b2f72616263");
  EXPECT_EQ(LowerHex(TokenExpiryKey("k/r", {7}, "abc")), "8500036b2f720000000000000007616263");
  EXPECT_EQ(TokenOfExpiryKey("k/r", TokenExpiryKey("k/r", {7}, "abc")), "abc");
  EXPECT_EQ(LowerHex(StreamKey("", {7})), "0600000007");
  EXPECT_EQ(LowerHex(StreamKey("k/r", {7})), "8600036b2f7200000007");
  EXPECT_EQ(LowerHex(TriggerKey("", 'F', "f")), "0f4666");
  EXPECT_EQ(LowerHex(TriggerKey("k/r", 'F', "f")), "8f00036b2f724666");
  EXPECT_EQ(ScopeOfKey(StreamKey("k/r", {7})), "k/r");
  EXPECT_EQ(LowerHex(ScopePrefix(CatalogKey("k/r", "abc"))), "0100036b2f72");
  EXPECT_EQ(LowerHex(CatalogKey("", "abc")), "010000616263");
  EXPECT_EQ(LowerHex(CatalogKey("k/r", "t")), "0100036b2f7274");
  EXPECT_EQ(LowerHex(Sort(std::string("a\0b", 3))), "6100ff620001");
  const std::string value = Scalar(Type::kString, "pk");
  std::string key;
  AppendPartition(key, std::array{ValueView::Of(value)});
  EXPECT_EQ(LowerHex(key.substr(kPartitionHashSize)), "0002706b");
}

// The digests that `printf Outliers... | md5sum` gives.
TEST(KeyEncoding, HashIsSaltedMd5) {
  const std::string text = Scalar(Type::kString, "a");
  EXPECT_EQ(LowerHex(PartitionHash(std::array{ValueView::Of(text)})), "f6558e516275dee2");
  const std::string number = Scalar(Type::kNumber, *ParseNumber("1"));
  EXPECT_EQ(LowerHex(PartitionHash(std::array{ValueView::Of(number)})), "c3a0310aed78739b");
}

TEST(KeyEncoding, SortOrderAndPrefixFreedom) {
  const std::string ascending[] = {std::string(""),        std::string("\0", 1),     std::string("\0\0", 2),
                                   std::string("\0\1", 2), std::string("\0\xff", 2), std::string("\1"),
                                   std::string("a"),       std::string("a\0", 2),    std::string("ab"),
                                   std::string("b"),       std::string("\xff"),      std::string("\xff\xff")};
  for (std::size_t i = 1; i < std::size(ascending); ++i) {
    EXPECT_LT(Sort(ascending[i - 1]), Sort(ascending[i])) << i;
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(Sort(ascending[i]).rfind(Sort(ascending[j]), 0), 0u);
  }
}

TEST(KeyEncoding, PrefixEnd) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xff\xff"), "b");
  EXPECT_EQ(PrefixEnd("\xff"), "");
}

TEST(KeyEncoding, SegmentsCoverAllHashes) {
  EXPECT_EQ(LowerHex(SegmentStart(0, 4)), "0000000000000000");
  EXPECT_EQ(LowerHex(SegmentStart(1, 4)), "4000000000000000");
  EXPECT_EQ(LowerHex(SegmentStart(1, 3)), "5555555555555556");
  EXPECT_EQ(SegmentStart(4, 4), "");
  EXPECT_LT(SegmentStart(999998, 1000000), SegmentStart(999999, 1000000));
}

}  // namespace
}  // namespace dynarock
