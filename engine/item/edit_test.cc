#include "engine/item/edit.h"

#include <gtest/gtest.h>

#include "engine/item/test_items.h"

namespace dynarock {
namespace {

// {"b": "x", "l": ["0","1","2"], "m": {"k": "v"}}
std::string Sample() {
  return ItemOf({{"b", TextValue("x")},
                 {"l", ListValue({TextValue("0"), TextValue("1"), TextValue("2")})},
                 {"m", MapValue({{"k", TextValue("v")}})}});
}

Edit Set(Path path, std::string_view text) {
  return {Edit::Kind::kSet, std::move(path), TextValue(text)};
}
Edit Remove(Path path) {
  return {Edit::Kind::kRemove, std::move(path), ""};
}

std::string Shown(const std::vector<Edit>& edits) {
  const std::string sample = Sample();
  const auto edited = ApplyEdits(ItemView(sample), edits);
  if (!edited) return edited.error().message;
  std::string shown;
  std::string_view name;
  ValueView value, element;
  for (MapReader members(ItemView(*edited).members()); members.Next(name, value);) {
    shown += std::string(name) + "=";
    if (value.type() == Type::kList) {
      for (ListReader elements(value.payload()); elements.Next(element);) shown += std::string(element.payload()) + ",";
    } else if (value.type() == Type::kMap) {
      std::string_view inner;
      for (MapReader inner_members(value.payload()); inner_members.Next(inner, element);) {
        shown += std::string(inner) + ":" + std::string(element.payload()) + ",";
      }
    } else {
      shown += value.payload();
    }
    shown += " ";
  }
  return shown;
}

TEST(Edit, SetsAndRemoves) {
  EXPECT_EQ(Shown({}), "b=x l=0,1,2, m=k:v, ");
  EXPECT_EQ(Shown({Set({"a", {}}, "1"), Set({"c", {}}, "2"), Set({"z", {}}, "3")}), "a=1 b=x c=2 l=0,1,2, m=k:v, z=3 ");
  EXPECT_EQ(Shown({Set({"b", {}}, "y"), Remove({"l", {}}), Remove({"q", {}})}), "b=y m=k:v, ");
  EXPECT_EQ(Shown({Set({"m", {std::string("a")}}, "1"), Remove({"m", {std::string("k")}})}), "b=x l=0,1,2, m=a:1, ");
}

TEST(Edit, ListIndexesAreThoseBefore) {
  EXPECT_EQ(Shown({Remove({"l", {std::size_t{0}}}), Set({"l", {std::size_t{1}}}, "one")}), "b=x l=one,2, m=k:v, ");
  EXPECT_EQ(Shown({Set({"l", {std::size_t{9}}}, "nine"), Set({"l", {std::size_t{7}}}, "seven")}),
            "b=x l=0,1,2,seven,nine, m=k:v, ");
  EXPECT_EQ(Shown({Remove({"l", {std::size_t{8}}})}), "b=x l=0,1,2, m=k:v, ");
}

TEST(Edit, MissingParentsAreErrors) {
  const std::string error = "The document path provided in the update expression is invalid for update";
  EXPECT_EQ(Shown({Set({"q", {std::string("a")}}, "1")}), error);
  EXPECT_EQ(Shown({Remove({"q", {std::string("a")}})}), error);
  EXPECT_EQ(Shown({Set({"b", {std::string("a")}}, "1")}), error);
  EXPECT_EQ(Shown({Set({"l", {std::string("a")}}, "1")}), error);
  EXPECT_EQ(Shown({Set({"m", {std::size_t{0}}}, "1")}), error);
  EXPECT_EQ(Shown({Set({"l", {std::size_t{5}, std::string("a")}}, "1")}), error);
}

TEST(Edit, BilledSizeFollows) {
  const std::string sample = Sample();
  const auto edited = ApplyEdits(ItemView(sample), {Set({"b", {}}, "xyz")});
  EXPECT_EQ(ItemView(*edited).billed_size(), ItemView(sample).billed_size() + 2);
}

}  // namespace
}  // namespace dynarock
