#include "server/lambda/event_filter.h"

#include <gtest/gtest.h>

#include <array>

#include "server/lambda/case_fold.h"

namespace dynarock {
namespace {

struct Case {
  bool matches;
  const char* pattern;
};

bool Matches(const std::string& pattern, const std::string& event) {
  const auto filter = EventFilter::Compile(pattern);
  EXPECT_TRUE(filter) << pattern;
  const JsonText json(event);
  return filter && filter->Matches(*json.json());
}

template <std::size_t kCount>
void Check(const std::string& event, const std::array<Case, kCount>& cases) {
  for (const Case& each : cases) EXPECT_EQ(Matches(each.pattern, event), each.matches) << each.pattern;
}

TEST(EventFilterTest, StreamRecords) {
  Check(R"({"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"MSG#1"}},"SizeBytes":42,
    "NewImage":{"n":{"N":"42"},"flag":{"BOOL":true},"nothing":{"NULL":true},"tags":{"SS":["a","b"]},
    "empty":{"S":""},"l":{"L":[{"S":"q"},{"N":"1"},{"L":[{"S":"deep"}]}]}}}})",
        std::to_array<Case>({
            {true, R"({"eventName":["INSERT","MODIFY"]})"},
            {false, R"({"eventName":["REMOVE"]})"},
            {true, R"({"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"MSG#"}]}}}})"},
            {false, R"({"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"GRP#"}]}}}})"},
            {true, R"({"dynamodb":{"Keys":{"pk":{"S":[{"suffix":"#1"}]}}}})"},
            {true, R"({"eventName":[{"equals-ignore-case":"insert"}]})"},
            {true, R"({"dynamodb":{"SizeBytes":[{"numeric":[">",40,"<=",42]}]}})"},
            {false, R"({"dynamodb":{"SizeBytes":[{"numeric":["<",42]}]}})"},
            {true, R"({"dynamodb":{"SizeBytes":[42.0]}})"},
            // Observed: public suite localstack, test_dynamodb_event_filter[numeric_filter], recorded on AWS in
            // November 2025.
            {false, R"({"dynamodb":{"NewImage":{"n":{"N":[{"numeric":[">",40]}]}}}})"},
            {true, R"({"dynamodb":{"NewImage":{"n":{"N":[{"exists":true}]}}}})"},
            {true, R"({"dynamodb":{"OldImage":{"n":{"N":[{"exists":false}]}}}})"},
            {false, R"({"dynamodb":{"NewImage":{"n":{"N":[{"exists":false}]}}}})"},
            {true, R"({"dynamodb":{"NewImage":{"flag":{"BOOL":[true]}}}})"},
            {false, R"({"dynamodb":{"NewImage":{"flag":{"BOOL":[false]}}}})"},
            {true, R"({"dynamodb":{"NewImage":{"empty":{"S":[""]}}}})"},
            {true, R"({"dynamodb":{"NewImage":{"tags":{"SS":["b"]}}}})"},
            {true, R"({"dynamodb":{"NewImage":{"l":{"L":{"S":["q"]}}}}})"},
            {true, R"({"dynamodb":{"NewImage":{"l":{"L":{"L":{"S":["deep"]}}}}}})"},
            {false, R"({"dynamodb":{"NewImage":{"l":{"L":{"S":["deep"]}}}}})"},
            {true, R"({"$or":[{"eventName":["REMOVE"]},{"dynamodb":{"Keys":{"pk":{"S":["MSG#1"]}}}}]})"},
            {false, R"({"$or":[{"eventName":["REMOVE"]},{"eventName":["MODIFY"]}]})"},
            {false, R"({"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":["other"]}}}})"},
        }));
}

// Source: event-ruler, README "Ruler by Example" and its event.
TEST(EventFilterTest, RulerByExample) {
  Check(R"({"detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","time":"2017-10-02T16:24:49Z",
    "resources":["arn:i-1","arn:i-2"],"nothing":null,
    "detail":{"c-count":5,"d-count":3,"x-limit":301.8,"state":"running","instance-id":"i-000000aaaaaa00000"}})",
        std::to_array<Case>({
            {true, R"({"resources":["arn:i-2"],"detail":{"state":["initializing","running"]}})"},
            {true, R"({"time":[{"prefix":"2017-10-02"}]})"},
            {true, R"({"source":[{"prefix":{"equals-ignore-case":"AWS"}}]})"},
            {true, R"({"source":[{"suffix":{"equals-ignore-case":"EC2"}}]})"},
            {true, R"({"source":[{"equals-ignore-case":"AWS.EC2"}]})"},
            {true, R"({"detail":{"state":[{"anything-but":"initializing"}]}})"},
            {false, R"({"detail":{"state":[{"anything-but":"running"}]}})"},
            {true, R"({"detail":{"x-limit":[{"anything-but":123}]}})"},
            {true, R"({"detail":{"state":[{"anything-but":["stopped","overloaded"]}]}})"},
            {true, R"({"detail":{"x-limit":[{"anything-but":[100,200,300]}]}})"},
            {false, R"({"detail":{"c-count":[{"anything-but":[5,6]}]}})"},
            {true, R"({"detail":{"state":[{"anything-but":{"prefix":"init"}}]}})"},
            {false, R"({"detail":{"state":[{"anything-but":{"prefix":["init","run"]}}]}})"},
            {true, R"({"detail":{"instance-id":[{"anything-but":{"suffix":["1234","6789"]}}]}})"},
            {true, R"({"detail":{"state":[{"anything-but":{"equals-ignore-case":["Stopped","OverLoaded"]}}]}})"},
            {false, R"({"detail":{"state":[{"anything-but":{"equals-ignore-case":"RUNNING"}}]}})"},
            // Values of another type are anything but these; an object and what is absent are not values.
            {true, R"({"detail":{"c-count":[{"anything-but":"5"}]}})"},
            {true, R"({"nothing":[{"anything-but":"x"}]})"},
            {false, R"({"detail":[{"anything-but":"x"}]})"},
            {false, R"({"absent":[{"anything-but":"x"}]})"},
            {true, R"({"nothing":[null]})"},
            {false, R"({"absent":[null]})"},
            {true, R"({"detail":{"c-count":[{"numeric":[">",0,"<=",5]}],"d-count":[{"numeric":["<",10]}],
                       "x-limit":[{"numeric":["=",3.018e2]}]}})"},
            {true, R"({"detail":{"c-count":[{"exists":true}]}})"},
            {false, R"({"detail":{"c-count":[{"exists":false}]}})"},
            {true, R"({"detail":[{"exists":false}]})"},  // not a leaf
            {false, R"({"detail":[{"exists":true}]})"},
            {true, R"({"source":["aws.ec2"],"$or":[{"detail":{"c-count":[1]}},{"detail":{"d-count":[3]}}]})"},
            {false, R"({"detail":{"$or":[{"c-count":[1]},{"d-count":[1]}]}})"},
            {true, R"({"detail":{"$or":[{"c-count":[1]},{"d-count":[3],"$or":[{"state":["x"]},{"c-count":[5]}]}]}})"},
        }));
}

// Source: event-ruler, README "JSON Array Matching" and RulerTest, JSON_WITH_COMPLEX_ARRAYS.
TEST(EventFilterTest, Lists) {
  Check(R"({"employees":[
      [{"firstName":"John","lastName":"Doe","ids":[1234,1000,9999]},{"firstName":"Anna","lastName":"Smith"}],
      [{"firstName":"Peter","lastName":"Jones","ids":[]}]],
    "empty":[],"nested":[[["x"]],7],"mixed":[{"a":1},"text"]})",
        std::to_array<Case>({
            {true, R"({"employees":{"firstName":["Anna"]}})"},
            {true, R"({"employees":{"firstName":["John"],"ids":[1000]}})"},
            {true, R"({"employees":{"firstName":["Anna"],"ids":[{"exists":false}]}})"},
            {true, R"({"employees":{"firstName":["Peter"],"ids":[{"exists":false}]}})"},
            {false, R"({"employees":{"ids":[{"exists":false}]}})"},
            {false, R"({"employees":{"firstName":["Alice"]}})"},
            {false, R"({"employees":{"firstName":["Anna"],"lastName":["Jones"]}})"},
            {false, R"({"employees":["b"]})"},
            {false, R"({"employees":{"firstName":["Anna"],"ids":[1000]}})"},
            {false, R"({"employees":{"firstName":["Anna"],"ids":[{"exists":true}]}})"},
            {true, R"({"employees":{"$or":[{"firstName":["X"]},{"lastName":["Smith"]}],"firstName":["Anna"]}})"},
            {false, R"({"employees":{"$or":[{"firstName":["X"]},{"lastName":["Smith"]}],"firstName":["John"]}})"},
            {true, R"({"empty":[{"exists":false}]})"},
            {false, R"({"empty":[{"exists":true}]})"},
            {false, R"({"empty":[{"anything-but":"x"}]})"},
            {true, R"({"empty":{"a":[{"exists":false}]}})"},
            {true, R"({"nested":["x"]})"},
            {true, R"({"nested":[7]})"},
            {true, R"({"nested":[{"anything-but":"x"}]})"},
            {true, R"({"mixed":["text"]})"},
            {true, R"({"mixed":{"a":[1]}})"},
        }));
}

TEST(EventFilterTest, CaseIsFoldedInAllScripts) {
  EXPECT_EQ(FoldCase("ÄÖÜ ΣΊΣΥΦΟΣ Москва Ⱥ 𐐀 İ"), FoldCase("äöü σίσυφος мОСКВА ⱥ 𐐨 İ"));
  EXPECT_EQ(FoldCase("\u212A"), "k");  // KELVIN SIGN
  EXPECT_EQ(FoldCase("\u1E9E"), "ß");  // a simple fold, not "ss"
  EXPECT_EQ(FoldCase("Ā\xff\xc3"), "ā\xff\xc3");
  EXPECT_TRUE(Matches(R"({"a":[{"equals-ignore-case":"STRÄSSCHEN"}]})", R"({"a":"Strässchen"})"));
  EXPECT_TRUE(Matches(R"({"a":[{"prefix":{"equals-ignore-case":"ŻÓ"}}]})", R"({"a":"żółw"})"));
  EXPECT_FALSE(Matches(R"({"a":[{"equals-ignore-case":"ä"}]})", R"({"a":"a"})"));
}

TEST(EventFilterTest, DeepEventsEnd) {
  const std::string deep = R"({"a":)" + std::string(4000, '[') + "1" + std::string(4000, ']') + "}";
  EXPECT_FALSE(Matches(R"({"a":[1]})", deep));
}

}  // namespace
}  // namespace dynarock
