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
            "2026-11-21T18:40:00.007Z INFO \"a\\nb\\u000d\\u0001\\u007f\\tc\"");
  EXPECT_EQ(LogLine(LogFormat::kJson, kTime, LogLevel::kInfo, "", {{"x", evil}}),
            R"({"time":"2026-11-21T18:40:00.007Z","level":"info","message":"","x":"a\nb\u000d\u0001\u007f\tc"})");
}

TEST(LogTest, WhatIsNoUtf8IsReplaced) {
  const std::string_view cut = "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xFF \xE2\x82";
  EXPECT_EQ(LogLine(LogFormat::kJson, kTime, LogLevel::kInfo, cut, {}),
            "{\"time\":\"2026-11-21T18:40:00.007Z\",\"level\":\"info\",\"message\":\"\xC3\xA9 \xE2\x82\xAC "
            "\xF0\x9F\x98\x80 \xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\"}");
}

TEST(LogTest, NoTextForgesAField) {
  EXPECT_EQ(LogLine(LogFormat::kText, kTime, LogLevel::kInfo, "refused a status=200", {{"status", 400}}),
            "2026-11-21T18:40:00.007Z INFO \"refused a status=200\" status=400");
  EXPECT_EQ(LogLine(LogFormat::kText, kTime, LogLevel::kInfo, "refused \" status=200 \"", {}),
            "2026-11-21T18:40:00.007Z INFO \"refused \\\" status=200 \\\"\"");
}

TEST(LogTest, WhatChangesHowTheLineIsShownIsEscaped) {
  // U+0085 and U+009B (C1), U+061C, U+200F, U+202E and U+2067 (bidirectional), U+2028 and U+2029 (separators), U+FEFF
  const std::string_view evil =
      "\xC2\x85\xC2\x9B|\xD8\x9C\xE2\x80\x8F\xE2\x80\xAE\xE2\x81\xA7|\xE2\x80\xA8\xE2\x80\xA9|\xEF\xBB\xBF";
  EXPECT_EQ(LogLine(LogFormat::kJson, kTime, LogLevel::kInfo, "", {{"x", evil}}),
            R"({"time":"2026-11-21T18:40:00.007Z","level":"info","message":"","x":)"
            R"("\u0085\u009b|\u061c\u200f\u202e\u2067|\u2028\u2029|\ufeff"})");
  const std::string_view overlong = "\xC0\x8A\xE0\x80\x8A\xED\xA0\x80";
  EXPECT_EQ(LogLine(LogFormat::kText, kTime, LogLevel::kInfo, overlong, {}).find('\n'), std::string::npos);
  EXPECT_EQ(LogLine(LogFormat::kText, kTime, LogLevel::kInfo, overlong, {}).find('\x8A'), std::string::npos);
}

TEST(LogTest, LongTextsAreCut) {
  const std::string longer = std::string(4095, 'x') + "\xC3\xA9" + std::string(1'000'000, 'y');
  EXPECT_EQ(LogLine(LogFormat::kText, kTime, LogLevel::kInfo, "m", {{"x", longer}}),
            "2026-11-21T18:40:00.007Z INFO m x=" + std::string(4095, 'x') + "...");
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
