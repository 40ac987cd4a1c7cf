#include "engine/storage/record_encoding.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(RecordEncoding, RoundTrip) {
  RecordWriter writer;
  writer.Bytes(1, "name");
  writer.Integer(300, -5);
  const std::string record = writer.Take();
  RecordReader reader(record);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 1u);
  EXPECT_EQ(reader.bytes(), "name");
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 300u);
  EXPECT_EQ(reader.bytes(), "\xff\xff\xff\xff\xff\xff\xff\xfb");
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.torn());
}

TEST(RecordEncoding, TruncationAtEveryLength) {
  RecordWriter writer;
  writer.Bytes(1, "name");
  writer.Integer(2, 7);
  const std::string record = writer.Take();
  for (std::size_t length = 0; length < record.size(); ++length) {
    RecordReader reader(std::string_view(record).substr(0, length));
    int fields = 0;
    while (reader.Next()) ++fields;
    EXPECT_LT(fields, 2);
    EXPECT_EQ(reader.torn(), length != 0 && length != 6) << length;
  }
}

}  // namespace
}  // namespace dynarock
