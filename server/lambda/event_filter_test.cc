#include "server/lambda/event_filter.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

constexpr const char* kEvent = R"({"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"MSG#1"}},"SizeBytes":42,
  "NewImage":{"n":{"N":"42"},"flag":{"BOOL":true},"nothing":{"NULL":true},"tags":{"SS":["a","b"]},"empty":{"S":""}}}})";

bool Matches(const std::string& pattern) {
  const auto filter = EventFilter::Compile(pattern);
  EXPECT_TRUE(filter) << pattern;
  const JsonText event(kEvent);
  return filter && filter->Matches(*event.json());
}

TEST(EventFilterTest, Rules) {
  EXPECT_TRUE(Matches("{}"));
  EXPECT_TRUE(Matches(R"({"eventName":["INSERT","MODIFY"]})"));
  EXPECT_FALSE(Matches(R"({"eventName":["REMOVE"]})"));
  EXPECT_TRUE(Matches(R"({"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"MSG#"}]}}}})"));
  EXPECT_FALSE(Matches(R"({"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"GRP#"}]}}}})"));
  EXPECT_TRUE(Matches(R"({"dynamodb":{"Keys":{"pk":{"S":[{"suffix":"#1"}]}}}})"));
  EXPECT_TRUE(Matches(R"({"eventName":[{"equals-ignore-case":"insert"}]})"));
  EXPECT_TRUE(Matches(R"({"eventName":[{"anything-but":["REMOVE","MODIFY"]}]})"));
  EXPECT_FALSE(Matches(R"({"eventName":[{"anything-but":"INSERT"}]})"));
  EXPECT_FALSE(Matches(R"({"eventName":[{"anything-but":{"prefix":"INS"}}]})"));
  EXPECT_TRUE(Matches(R"({"dynamodb":{"SizeBytes":[{"numeric":[">",40,"<=",42]}]}})"));
  EXPECT_FALSE(Matches(R"({"dynamodb":{"SizeBytes":[{"numeric":["<",42]}]}})"));
  // Observed: public suite localstack, test_dynamodb_event_filter[numeric_filter], recorded on AWS in November 2025.
  EXPECT_FALSE(Matches(R"({"dynamodb":{"NewImage":{"n":{"N":[{"numeric":[">",40]}]}}}})"));
  EXPECT_TRUE(Matches(R"({"dynamodb":{"NewImage":{"n":{"N":[{"exists":true}]}}}})"));
  EXPECT_TRUE(Matches(R"({"dynamodb":{"OldImage":{"n":{"N":[{"exists":false}]}}}})"));
  EXPECT_FALSE(Matches(R"({"dynamodb":{"NewImage":{"n":{"N":[{"exists":false}]}}}})"));
  EXPECT_TRUE(Matches(R"({"dynamodb":{"NewImage":{"flag":{"BOOL":[true]}}}})"));
  EXPECT_TRUE(Matches(R"({"dynamodb":{"NewImage":{"empty":{"S":[""]}}}})"));
  EXPECT_TRUE(Matches(R"({"dynamodb":{"NewImage":{"tags":{"SS":["b"]}}}})"));
  EXPECT_TRUE(Matches(R"({"$or":[{"eventName":["REMOVE"]},{"dynamodb":{"Keys":{"pk":{"S":["MSG#1"]}}}}]})"));
  EXPECT_FALSE(Matches(R"({"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":["other"]}}}})"));
}

TEST(EventFilterTest, WrongPatterns) {
  for (const char* pattern :
       {"", "[]", "{", R"({"a":"text"})", R"({"a":[{"wildcard":"x"}]})", R"({"a":[{"numeric":[">"]}]})",
        R"({"a":[{"numeric":["~",1]}]})", R"({"a":[{"exists":"yes"}]})", R"({"a":[{"prefix":1}]})", R"({"a":[[1]]})",
        R"({"a":[{"anything-but":[]}]})"}) {
    const auto filter = EventFilter::Compile(pattern);
    ASSERT_FALSE(filter) << pattern;
    EXPECT_TRUE(filter.error().message.starts_with("Invalid filter pattern definition.")) << pattern;
  }
}

}  // namespace
}  // namespace dynarock
