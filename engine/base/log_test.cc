#include "engine/base/log.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

constexpr std::int64_t kTime = 1'795'286'400'007;  // 2026-11-21T18:40:00.007Z

TEST(LogTest, TextQuotesWhatHasSpacesAndLeavesOutWhatIsEmpty) {
  EXPECT_EQ(LogLine(LogFormat::kText, kTime, LogLevel::kWarn, "slow request",
                    {{"operation", "PutItem"}, {"status", 200}, {"error", ""}, {"table", "a b"}}),
            "2026-11-21T18:40:00.007Z WARN slow request operation=PutItem status=200 table=\"a b\"");
}

TEST(LogTest, JsonIsOneObject) {
  EXPECT_EQ(LogLine(LogFormat::kJson, kTime, LogLevel::kError, "said \"no\"", {{"path", "C:\\x"}, {"count", -3}}),
            R"({"time":"2026-11-21T18:40:00.007Z","level":"error","message":"said \"no\"","path":"C:\\x","count":-3})");
}

TEST(LogTest, NoTextEndsTheLine) {
  const std::string_view evil = "a\nb\r\x01\x7f\tc";
  EXPECT_EQ(LogLine(LogFormat::kText, kTime, LogLevel::kInfo, evil, {}),
            "2026-11-21T18:40:00.007Z INFO a\\nb\\u000d\\u0001\\u007f\\tc");
  EXPECT_EQ(LogLine(LogFormat::kJson, kTime, LogLevel::kInfo, "", {{"x", evil}}),
            R"({"time":"2026-11-21T18:40:00.007Z","level":"info","message":"","x":"a\nb\u000d\u0001\u007f\tc"})");
}

TEST(LogTest, WhatIsNoUtf8IsReplaced) {
  const std::string_view cut = "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xFF \xE2\x82";
  EXPECT_EQ(LogLine(LogFormat::kJson, kTime, LogLevel::kInfo, cut, {}),
            "{\"time\":\"2026-11-21T18:40:00.007Z\",\"level\":\"info\",\"message\":\"\xC3\xA9 \xE2\x82\xAC "
            "\xF0\x9F\x98\x80 \xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\"}");
}

TEST(LogTest, LevelsAtAndAboveTheLeastAreLogged) {
  SetLog(LogLevel::kWarn, LogFormat::kText);
  EXPECT_FALSE(IsLogged(LogLevel::kInfo));
  EXPECT_TRUE(IsLogged(LogLevel::kWarn));
  EXPECT_TRUE(IsLogged(LogLevel::kError));
  SetLog(LogLevel::kOff, LogFormat::kText);
  EXPECT_FALSE(IsLogged(LogLevel::kError));
  SetLog(LogLevel::kInfo, LogFormat::kText);
}

}  // namespace
}  // namespace dynarock
