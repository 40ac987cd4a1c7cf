#include "engine/item/item.h"

#include <gtest/gtest.h>

#include "engine/item/number.h"
#include "engine/item/path.h"
#include "engine/item/size.h"
#include "engine/item/test_items.h"

namespace dynarock {
namespace {

// {"a": "x", "m": {"l": [true, null, 7]}}
std::string Sample() {
  std::string list;
  const std::size_t place = BeginContainer(list, Type::kList);
  AppendBool(list, true);
  AppendNull(list);
  list += NumberValue(7);
  EndContainer(list, place);
  return ItemOf({{"a", TextValue("x")}, {"m", MapValue({{"l", list}})}});
}

TEST(Item, ExactBytes) {
  std::string out;
  ItemBuilder builder(out);
  builder.Add("id", ValueView::Of(TextValue("ab")));
  builder.Finish();
  EXPECT_EQ(out, std::string("\x04\0\0\0"
                             "\x02id"
                             "\x01\x02"
                             "ab",
                             11));
}

TEST(Item, FindsMembersAndPaths) {
  const std::string bytes = Sample();
  const ItemView item(bytes);
  EXPECT_EQ(item.Find("a")->payload(), "x");
  EXPECT_FALSE(item.Find("b"));
  EXPECT_EQ(NumberText(Find(item, {"m", {std::string("l"), std::size_t{2}}})->payload()), "7");
  EXPECT_FALSE(Find(item, {"m", {std::string("l"), std::size_t{3}}}));
  EXPECT_FALSE(Find(item, {"a", {std::string("l")}}));
  EXPECT_FALSE(Find(ItemView(), {"a", {}}));
  EXPECT_EQ(PathText({"m", {std::string("l"), std::size_t{2}}}), "[m, l, [2]]");
}

TEST(Item, BilledSizes) {
  // a + x; m + map(3 + 1 + "l" + list(3 + (1+1) + (1+1) + (1+2)))
  EXPECT_EQ(ItemView(Sample()).billed_size(), 2u + 1 + (3 + 1 + 1 + (3 + 2 + 2 + 3)));
  std::string set;
  std::vector<std::string_view> elements = {"b", "a", "b"};
  AppendSet(set, Type::kStringSet, elements);
  EXPECT_EQ(BilledSize(ValueView::Of(set)), 2u);
  EXPECT_EQ(ElementCount(ValueView::Of(set)), 2u);
  EXPECT_TRUE(SetContains(ValueView::Of(set), "a"));
  EXPECT_FALSE(SetContains(ValueView::Of(set), "c"));
}

TEST(Item, EmptyItem) {
  std::string out;
  ItemBuilder builder(out);
  builder.Finish();
  EXPECT_EQ(out, std::string(4, '\0'));
  EXPECT_FALSE(ItemView(out).Find("a"));
}

TEST(Item, FilterKeepsOrder) {
  const std::string bytes = Sample();
  const std::string kept = FilterItem(ItemView(bytes), [](std::string_view name) { return name == "m"; });
  EXPECT_FALSE(ItemView(kept).Find("a"));
  EXPECT_TRUE(ItemView(kept).Find("m"));
  EXPECT_EQ(ItemView(kept).billed_size(), ItemView(bytes).billed_size() - 2);
}

}  // namespace
}  // namespace dynarock
