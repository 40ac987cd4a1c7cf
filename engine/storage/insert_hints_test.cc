#include "engine/storage/insert_hints.h"

#include <gtest/gtest.h>

#include <array>

#include "engine/item/test_items.h"
#include "engine/storage/key_encoding.h"

namespace dynarock {
namespace {

std::string Row(TableId table, std::string_view partition, std::string_view sort) {
  std::string key = RowPrefix(table, {0});
  const std::string value = TextValue(partition), sort_value = TextValue(sort);
  AppendPartition(key, std::array{ValueView::Of(value)});
  AppendSortValue(key, ValueView::Of(sort_value));
  return key;
}

TEST(HintOfRow, IsThePartitionFromItsSecondRowOn) {
  const auto hint = HintOfRow();
  const std::string first = Row({1}, "MSG#a", "1"), second = Row({1}, "MSG#a", "2"), other = Row({1}, "MSG#b", "1");
  EXPECT_FALSE(hint->InDomain(first));
  EXPECT_FALSE(hint->InDomain(other));
  EXPECT_TRUE(hint->InDomain(second));
  EXPECT_EQ(hint->Transform(first), hint->Transform(second));
  EXPECT_NE(hint->Transform(first), hint->Transform(other));
}

TEST(HintOfRow, TellsTablesApart) {
  const auto hint = HintOfRow();
  EXPECT_NE(hint->Transform(Row({1}, "MSG#a", "1")), hint->Transform(Row({2}, "MSG#a", "1")));
}

// A range deletion whose first key had a hint would go into the list of rows; see insert_hints.h.
TEST(Hints, AreNotOfKeysThatBeginARange) {
  for (const auto& hint : {HintOfRow(), HintOfChange()}) {
    for (const std::string& begin : {TablePrefix({1}), RowPrefix({1}, {2}), ChangesPrefix({1}),
                                     GenerationPrefix({1}, 2), ShardPrefix({1}, {2, 3}), ExpiryPrefix({1})}) {
      for (int time = 0; time < 2; ++time) EXPECT_FALSE(hint->InDomain(begin));
    }
  }
}

}  // namespace
}  // namespace dynarock
