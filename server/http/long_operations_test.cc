#include "server/http/long_operations.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

constexpr std::string_view kScan = "Scan, and what sets it apart from the others", kGet = "GetItem";
constexpr std::chrono::milliseconds kQuick(1), kSlow(50);

TEST(LongOperationsTest, OneLongRunIsAnAccident) {
  LongOperations operations;
  EXPECT_FALSE(operations.HasAny());
  operations.Note(kScan, kSlow);
  EXPECT_TRUE(operations.HasAny());
  EXPECT_FALSE(operations.Contains(kScan));
  operations.Note(kScan, kSlow);
  EXPECT_TRUE(operations.Contains(kScan));
  EXPECT_FALSE(operations.Contains(kGet));
}

TEST(LongOperationsTest, QuickRunsOutweighLongOnes) {
  LongOperations operations;
  for (int i = 0; i < 100; ++i) operations.Note(kScan, kSlow);
  EXPECT_TRUE(operations.Contains(kScan));
  for (int i = 0; i < 40; ++i) operations.Note(kScan, kQuick);
  EXPECT_FALSE(operations.Contains(kScan));
  EXPECT_FALSE(operations.HasAny());
}

TEST(LongOperationsTest, OneInManyIsNotEnough) {
  LongOperations operations;
  for (int i = 0; i < 1000; ++i) {
    operations.Note(kScan, i % 10 == 0 ? kSlow : kQuick);
    EXPECT_FALSE(operations.Contains(kScan));
  }
}

}  // namespace
}  // namespace dynarock
