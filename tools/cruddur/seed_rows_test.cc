#include "tools/cruddur/seed_rows.h"

#include <gtest/gtest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <set>

#include "protocol/json_members.h"
#include "tools/client/command_error.h"
#include "tools/cruddur/message_time.h"

namespace dynarock::cruddur {
namespace {

using namespace std::chrono_literals;
using std::chrono::January;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

// A minute apart, each in `in_year`.
void ExpectMinuteSteps(const std::vector<sys_seconds>& times, year in_year) {
  for (std::size_t i = 0; i < times.size(); ++i) {
    EXPECT_EQ(YearOf(times[i]), in_year) << MessageTime(times[i]);
    EXPECT_EQ(times[i] - times.front(), i * 1min);
  }
}

TEST(MessageTime, HasSixDigitsOfAFraction) {
  const auto noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);
  EXPECT_EQ(MessageTimeMicros(noon + std::chrono::microseconds(42)), "2026-11-20T12:00:00.000042+00:00");
  EXPECT_LT(MessageTime(noon), MessageTimeMicros(noon));
}

TEST(MessageTime, HasOffsetAndLeadingZeros) {
  EXPECT_EQ(MessageTime(sys_days(year(2026) / 11 / 20) + 18h + 32min), "2026-11-20T18:32:00+00:00");
  EXPECT_EQ(MessageTime(sys_days(year(2027) / 1 / 2) + 3h + 4min + 5s), "2027-01-02T03:04:05+00:00");
}

TEST(SeedTimes, NewestIsNowToTheMinute) {
  const sys_seconds now = sys_days(year(2026) / 11 / 20) + 18h + 32min + 41s;
  const auto times = SeedTimes(102, now, year(2026));
  ASSERT_EQ(times.size(), 102U);
  EXPECT_EQ(times.back(), now - 41s);
  ExpectMinuteSteps(times, year(2026));
}

TEST(SeedTimes, FirstMinutesOfTheYearStayInIt) {
  const sys_seconds midnight = sys_days(year(2027) / January / 1);
  for (const auto since_midnight : {0s, 300s, 5999s, 6060s, 6120s}) {
    const auto times = SeedTimes(102, midnight + since_midnight, year(2027));
    EXPECT_GE(times.front(), midnight);
    ExpectMinuteSteps(times, year(2027));
  }
  EXPECT_EQ(MessageTime(SeedTimes(102, midnight + 5min, year(2027)).front()), "2027-01-01T00:00:00+00:00");
}

TEST(SeedTimes, LastMinuteOfTheYear) {
  const auto times = SeedTimes(102, sys_days(year(2026) / 12 / 31) + 23h + 59min + 59s, year(2026));
  EXPECT_EQ(MessageTime(times.back()), "2026-12-31T23:59:00+00:00");
  ExpectMinuteSteps(times, year(2026));
}

TEST(SeedTimes, AnotherYear) {
  const sys_seconds leap_day = sys_days(year(2028) / 2 / 29) + 12h;
  EXPECT_EQ(MessageTime(SeedTimes(3, leap_day, year(2027)).back()), "2027-02-28T12:00:00+00:00");
  EXPECT_EQ(MessageTime(SeedTimes(3, leap_day, year(2024)).back()), "2024-02-29T12:00:00+00:00");
}

TEST(SeedTimes, None) {
  EXPECT_TRUE(SeedTimes(0, sys_days(year(2026) / 1 / 1), year(2026)).empty());
}

TEST(SeedRows, Shapes) {
  const std::vector<User> users = {{"ua", "Ann", "a"}, {"ub", "Bo", "b"}};
  const std::vector<sys_seconds> times = {sys_days(year(2026) / 5 / 1) + 1h, sys_days(year(2026) / 5 / 1) + 2h};
  const SeedRows rows = BuildSeedRows({{"a", "hello"}, {"b", "bye"}}, users, times);
  rapidjson::Document document;
  ASSERT_EQ(rows.messages.size(), 2U);
  EXPECT_EQ(WrittenValue(MessageItem(rows.messages[0], document.GetAllocator())),
            R"({"pk":{"S":"MSG#5f7a1e3c-0c52-4d8e-9b1d-2e64a8f0c913"},"sk":{"S":"2026-05-01T01:00:00+00:00"},)"
            R"("message_uuid":{"S":"d94c6b1e-3a07-4e52-a1f8-000000000000"},"message":{"S":"hello"},)"
            R"("user_uuid":{"S":"ua"},"user_display_name":{"S":"Ann"},"user_handle":{"S":"a"}})");
  ASSERT_EQ(rows.groups.size(), 2U);
  EXPECT_EQ(WrittenValue(GroupItem(rows.groups[0], document.GetAllocator())),
            R"({"pk":{"S":"GRP#ua"},"sk":{"S":"2026-05-01T02:00:00+00:00"},)"
            R"("message_group_uuid":{"S":"5f7a1e3c-0c52-4d8e-9b1d-2e64a8f0c913"},"message":{"S":"bye"},)"
            R"("user_uuid":{"S":"ub"},"user_display_name":{"S":"Bo"},"user_handle":{"S":"b"}})");
  EXPECT_EQ(rows.groups[1].owner_uuid, "ub");
  EXPECT_EQ(rows.groups[1].other, users[0]);
}

TEST(SeedRows, MessageUuidsAreUuidsAndDistinct) {
  std::set<std::string> uuids;
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_TRUE(IsUuid(BundledMessageUuid(i)));
    uuids.insert(BundledMessageUuid(i));
  }
  EXPECT_EQ(uuids.size(), 200U);
}

TEST(SeedRows, WantsExactlyTheTwoSpeakers) {
  const std::vector<User> one = {{"ua", "Ann", "a"}};
  const std::vector<User> two = {{"ua", "Ann", "a"}, {"ub", "Bo", "b"}};
  const std::vector<sys_seconds> times(1);
  EXPECT_THROW(BuildSeedRows({{"a", "x"}}, one, times), CommandError);
  EXPECT_THROW(BuildSeedRows({{"stranger", "x"}}, two, times), CommandError);
}

}  // namespace
}  // namespace dynarock::cruddur
