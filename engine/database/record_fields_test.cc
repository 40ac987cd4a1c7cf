#include "engine/database/record_fields.h"

#include <gtest/gtest.h>

#include <set>

namespace dynarock {
namespace {

enum class Color { kRed, kGreen };

struct Leaf {
  std::string text;
  std::optional<std::int64_t> number;
};

struct Tree {
  std::int64_t number = 7;
  bool flag = false;
  Color color = Color::kRed;
  Color small = Color::kRed;
  double real = 0;
  EpochMillis time;
  std::optional<EpochMillis> other_time;
  std::string text;
  std::vector<std::string> texts;
  std::map<std::string, std::string> pairs;
  std::optional<std::string_view> view;
  Leaf leaf;
  std::optional<Leaf> other_leaf;
  std::vector<Leaf> leaves;
};

template <class Record, Of<Leaf> Value>
void Fields(Record& record, Value& leaf) {
  record.Text(1, leaf.text);
  record.Integer(2, leaf.number);
}

template <class Record, Of<Tree> Value>
void Fields(Record& record, Value& tree) {
  record.Integer(1, tree.number);
  record.Integer(2, tree.flag);
  record.Integer(3, tree.color);
  record.Byte(4, tree.small);
  record.Real(5, tree.real);
  record.Time(6, tree.time);
  record.Time(7, tree.other_time);
  record.Text(8, tree.text);
  record.Texts(9, tree.texts);
  record.Texts(10, tree.pairs);
  record.View(11, tree.view);
  record.One(12, tree.leaf);
  record.One(13, tree.other_leaf);
  record.Each(14, tree.leaves);
}

Tree Full() {
  return {.number = -2,
          .flag = true,
          .color = Color::kGreen,
          .small = Color::kGreen,
          .real = 1.5,
          .time = {3},
          .other_time = EpochMillis{4},
          .text = "abc",
          .texts = {"d", "", "e"},
          .pairs = {{"k", "v"}, {"with", ""}},
          .view = "view",
          .leaf = {"one", 1},
          .other_leaf = Leaf{"two", {}},
          .leaves = {{"three", 3}, {"", {}}}};
}

// The number and the length of each field are one byte each.
std::string Field(int number, const std::string& bytes) {
  return std::string{static_cast<char>(number), static_cast<char>(bytes.size())} + bytes;
}

std::string Number(char last) {
  return std::string(7, '\0') + last;
}

TEST(RecordFields, ExactBytes) {
  EXPECT_EQ(EncodeRecord(Leaf{"abc", 5}), Field(1, "abc") + Field(2, Number(5)));
  EXPECT_EQ(EncodeRecord(Leaf{}), Field(1, ""));
  const std::string empty = Field(1, Number(7)) + Field(2, Number(0)) + Field(3, Number(0)) +
                            Field(4, std::string(1, '\0')) + Field(5, Number(0)) + Field(6, Number(0)) + Field(8, "") +
                            Field(12, Field(1, ""));
  EXPECT_EQ(EncodeRecord(Tree{}), empty);
  const std::string full = Field(1, std::string(7, '\xff') + '\xfe') + Field(2, Number(1)) + Field(3, Number(1)) +
                           Field(4, "\1") + Field(5, std::string("\x3f\xf8\0\0\0\0\0\0", 8)) + Field(6, Number(3)) +
                           Field(7, Number(4)) + Field(8, "abc") + Field(9, "d") + Field(9, "") + Field(9, "e") +
                           Field(10, Field(1, "k") + Field(2, "v")) + Field(10, Field(1, "with") + Field(2, "")) +
                           Field(11, "view") + Field(12, Field(1, "one") + Field(2, Number(1))) +
                           Field(13, Field(1, "two")) + Field(14, Field(1, "three") + Field(2, Number(3))) +
                           Field(14, Field(1, ""));
  EXPECT_EQ(EncodeRecord(Full()), full);
}

TEST(RecordFields, WhatIsWrittenIsRead) {
  const std::string record = EncodeRecord(Full());
  const auto tree = DecodeRecord<Tree>(record);
  ASSERT_TRUE(tree);
  EXPECT_EQ(EncodeRecord(*tree), record);
  EXPECT_EQ(tree->pairs, Full().pairs);
  EXPECT_EQ(tree->leaves.at(0).number, 3);
  EXPECT_EQ(tree->other_leaf->number, std::nullopt);
}

TEST(RecordFields, WhatIsAbsentKeepsItsDefault) {
  const auto tree = DecodeRecord<Tree>("");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->number, 7);
  EXPECT_FALSE(tree->other_time || tree->view || tree->other_leaf);
}

TEST(RecordFields, UnknownNumbersAreSkipped) {
  const std::string record = EncodeRecord(Full());
  const std::string unknown = Field(99, "\xff\xff");
  const std::string around = unknown + record + unknown;  // the tree borrows from it
  const auto tree = DecodeRecord<Tree>(around);
  ASSERT_TRUE(tree);
  EXPECT_EQ(EncodeRecord(*tree), record);
  const std::string within = Field(12, unknown + Field(1, "one"));
  const auto leaf = DecodeRecord<Tree>(within);
  ASSERT_TRUE(leaf);
  EXPECT_EQ(leaf->leaf.text, "one");
}

// A record that ends between two fields is one whose later fields are absent.
TEST(RecordFields, TruncationAtEveryLength) {
  const std::string record = EncodeRecord(Full());
  std::set<std::size_t> ends = {0};
  for (std::size_t at = 0; at < record.size(); at += 2 + static_cast<std::size_t>(record[at + 1])) {
    ends.insert(at + 2 + static_cast<std::size_t>(record[at + 1]));
  }
  ASSERT_EQ(*ends.rbegin(), record.size());
  for (std::size_t length = 0; length <= record.size(); ++length) {
    EXPECT_EQ(DecodeRecord<Tree>(record.substr(0, length)).has_value(), ends.contains(length)) << length;
  }
}

TEST(RecordFields, BytesThatAMemberCannotHaveAreTorn) {
  EXPECT_FALSE(DecodeRecord<Tree>(Field(1, "1234567")));
  EXPECT_FALSE(DecodeRecord<Tree>(Field(2, "")));
  EXPECT_FALSE(DecodeRecord<Tree>(Field(4, "")));
  EXPECT_FALSE(DecodeRecord<Tree>(Field(4, "12")));
  EXPECT_FALSE(DecodeRecord<Tree>(Field(6, "123456789")));
  EXPECT_FALSE(DecodeRecord<Tree>(Field(10, "\1")));
  EXPECT_FALSE(DecodeRecord<Tree>(Field(12, Field(2, "1"))));
  EXPECT_FALSE(DecodeRecord<Tree>(Field(14, "\1\5abc")));
}

}  // namespace
}  // namespace dynarock
