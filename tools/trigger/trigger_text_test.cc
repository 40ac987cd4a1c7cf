#include "tools/trigger/trigger_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace dynarock::trigger {
namespace {

rapidjson::Document Json(const std::string& text) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  EXPECT_FALSE(document.HasParseError()) << text;
  return document;
}

// A trigger as the server lists it, with other members of its mapping and of itself.
std::string Lines(const std::string& mapping, const std::string& trigger) {
  return TriggerLines(
      Json(R"({"Mapping":{"UUID":"u1","EventSourceArn":"arn:table/t","State":"Enabled","BatchSize":10,)"
           R"("LastProcessingResult":"OK")" +
           mapping + R"(},"FunctionName":"f","Calls":1,"Records":2,"Failures":0,"Retries":3,"DiscardedRecords":1)" +
           trigger + "}"));
}

class TriggerTextTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(TriggerTextTest, ShowsWhatATriggerIsAndDid) {
  EXPECT_EQ(Lines("", R"(,"Handler":"m.h")"),
            "u1  arn:table/t -> f  (Enabled)\n"
            "  handler m.h, batch size 10, no filter\n"
            "  1 call, 2 records, 0 failures, 3 retried, 1 record discarded; last: OK\n");
}

TEST_F(TriggerTextTest, ShowsFiltersAndAMissingFunction) {
  const std::string text =
      Lines(R"(,"FilterCriteria":{"Filters":[{"Pattern":"{\"a\":1}"},{"Pattern":"{}"}]})", R"(,"Handler":"")");
  EXPECT_NE(text.find(R"(handler none, there is no such function, batch size 10, filter {"a":1} or {})"),
            std::string::npos)
      << text;
}

TEST_F(TriggerTextTest, ShowsHowFarItHasCome) {
  const std::pair<const char*, const char*> positions[] = {
      {R"(,"StreamLabel":"","Position":"","RecordsBehind":0,"MoreRecordsBehind":false,"MillisecondsBehind":0)",
       "  no stream\n"},
      {R"(,"StreamLabel":"s","Position":"","RecordsBehind":0,"MoreRecordsBehind":false,"MillisecondsBehind":0)",
       "  stream s, nothing behind\n"},
      {R"(,"StreamLabel":"s","Position":"7","RecordsBehind":1,"MoreRecordsBehind":false,"MillisecondsBehind":5)",
       "  stream s, at 7, 1 record behind, the oldest by 5 ms\n"},
      {R"(,"StreamLabel":"s","Position":"7","RecordsBehind":100,"MoreRecordsBehind":true,"MillisecondsBehind":5)",
       "  stream s, at 7, more than 100 records behind, the oldest by 5 ms\n"},
  };
  for (const auto& [members, line] : positions) {
    EXPECT_NE(Lines("", members).find(line), std::string::npos) << Lines("", members);
  }
}

TEST_F(TriggerTextTest, SaysWhatKeepsItFromRunning) {
  const auto with = [](const std::string& state, const std::string& source, const std::string& result,
                       const std::string& stall) {
    return TriggerLines(Json(R"({"Mapping":{"UUID":"u1","EventSourceArn":")" + source + R"(","State":")" + state +
                             R"(","BatchSize":1,"LastProcessingResult":")" + result +
                             R"("},"FunctionName":"f","Calls":0,"Records":0,"Failures":0,"Retries":0,)"
                             R"("DiscardedRecords":0)" +
                             stall + "}"));
  };
  const auto expect = [](const std::string& text, const char* reason) {
    EXPECT_TRUE(text.ends_with(std::string("  ") + reason + "\n")) << text;
  };
  expect(with("Disabled", "arn:table/t", "OK", ""),
         "not running: it is paused; run `dynarock trigger resume u1` to resume it");
  expect(with("Enabled", "arn:table/t", "PROBLEM: Stream not found", ""),
         "not running: the table has no stream; it resumes when the table has one");
  expect(with("Enabled", "arn:table/t/stream/s", "PROBLEM: Stream not found", ""),
         "not running: its stream is closed; remove it, and add one with --table, which follows the table");
  expect(with("Enabled", "arn:table/t", "OK", R"(,"Stall":{"Since":3720000,"Attempts":7,"Error":"ValueError: no"})"),
         "retrying since 01:02, attempt 7: ValueError: no");
}

TEST_F(TriggerTextTest, ShowsCalls) {
  const auto call = [](const std::string& members) {
    return CallLine(Json(R"({"Time":3723004,"FunctionName":"f",)" + members + "}"));
  };
  EXPECT_EQ(call(R"("Records":3,"Milliseconds":2,"Attempt":1,"Error":"","Discarded":false)"),
            "01:02:03.004  f  3 records  2 ms  ok\n");
  EXPECT_EQ(call(R"("Records":1,"Milliseconds":20,"Attempt":4,"Error":"TypeError: x","Discarded":true)"),
            "01:02:03.004  f  1 record  20 ms  failed (attempt 4): TypeError: x, discarded\n");
}

}  // namespace
}  // namespace dynarock::trigger
