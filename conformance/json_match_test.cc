#include "conformance/json_match.h"

#include <gtest/gtest.h>

namespace dynarock::conformance {
namespace {

// "" if `actual` is as `pattern` wants it.
std::string Mismatch(const std::string& pattern, const std::string& actual, Captures* captures = nullptr) {
  rapidjson::Document wanted, got;
  EXPECT_TRUE(ParseJson(pattern, wanted)) << pattern;
  EXPECT_TRUE(ParseJson(actual, got)) << actual;
  Captures ignored;
  return FindMismatch(wanted, got, captures ? *captures : ignored).value_or("");
}

TEST(MatchesText, Stars) {
  EXPECT_TRUE(MatchesText("abc", "abc"));
  EXPECT_FALSE(MatchesText("abc", "abcd"));
  EXPECT_TRUE(MatchesText("*", ""));
  EXPECT_TRUE(MatchesText("a*c", "abbc"));
  EXPECT_TRUE(MatchesText("*#Name", "com#Name"));
  EXPECT_TRUE(MatchesText("a*b*c", "a--b--bc"));
  EXPECT_FALSE(MatchesText("a*b*c", "a--c"));
  EXPECT_FALSE(MatchesText("ab*ba", "aba"));
  EXPECT_TRUE(MatchesText("a\\*", "a*"));
  EXPECT_FALSE(MatchesText("a\\*", "ab"));
}

TEST(FindMismatch, MembersInAnyOrderAndNoOthers) {
  EXPECT_EQ(Mismatch(R"({"a":1,"b":[true,null]})", R"({"b":[true,null],"a":1.0})"), "");
  EXPECT_EQ(Mismatch(R"({"a":1})", R"({"a":2})"), "/a is 2, not 1");
  EXPECT_EQ(Mismatch(R"({"a":1})", R"({})"), "/a is missing");
  EXPECT_EQ(Mismatch(R"({})", R"({"a":1})"), R"(the reply has a member that is not expected: "a": 1)");
  EXPECT_EQ(Mismatch(R"({"a":1,"...":true})", R"({"a":1,"b":2})"), "");
  EXPECT_EQ(Mismatch(R"({"a":"$absent","...":true})", R"({"b":2})"), "");
  EXPECT_EQ(Mismatch(R"({"a":"$absent"})", R"({"a":2})"), "/a should be absent, but is 2");
}

TEST(FindMismatch, Arrays) {
  EXPECT_EQ(Mismatch("[1,2]", "[1,2]"), "");
  EXPECT_EQ(Mismatch("[1,2]", "[2,1]"), "/0 is 2, not 1");
  EXPECT_EQ(Mismatch("[1,2]", "[1]"), "the reply has 1 elements, not 2");
  EXPECT_EQ(Mismatch(R"({"$any_order":[1,2]})", "[2,1]"), "");
  EXPECT_EQ(Mismatch(R"({"$any_order":[1,1]})", "[2,1]"), "the reply lacks 1: [2,1]");
  EXPECT_EQ(Mismatch(R"({"$any_order":[1]})", "[2,1]"), "the reply has 2 elements, not 1");
}

TEST(FindMismatch, SetsHaveNoOrder) {
  EXPECT_EQ(Mismatch(R"({"SS":["a","b"]})", R"({"SS":["b","a"]})"), "");
  EXPECT_NE(Mismatch(R"({"L":["a","b"]})", R"({"L":["b","a"]})"), "");
}

TEST(FindMismatch, TypesDiffer) {
  EXPECT_EQ(Mismatch(R"("1")", "1"), R"(the reply is 1, not "1")");
  EXPECT_NE(Mismatch("true", "false"), "");
  EXPECT_NE(Mismatch("{}", "[]"), "");
  EXPECT_EQ(Mismatch(R"(["$any","$any"])", R"([1,{"a":2}])"), "");
  EXPECT_EQ(Mismatch(R"("$number")", "1.5"), "");
  EXPECT_EQ(Mismatch(R"("$number")", R"("1")"), R"(the reply is no number: "1")");
}

TEST(FindMismatch, Captures) {
  Captures captures;
  EXPECT_EQ(Mismatch(R"({"a":"$$x","b":"$$y"})", R"({"a":{"S":"1"},"b":"text"})", &captures), "");
  EXPECT_EQ(captures["x"], R"({"S":"1"})");
  EXPECT_EQ(captures["y"], R"("text")");
}

}  // namespace
}  // namespace dynarock::conformance
