#include "engine/base/iso_time.h"

#include <gtest/gtest.h>

#include <limits>

namespace dynarock {
namespace {

constexpr std::int64_t kSeconds = 1'795'286'400;  // 2026-11-21T18:40:00Z

TEST(IsoTime, HasAsManyDigitsAsItsNameSays) {
  EXPECT_EQ(IsoSeconds({kSeconds * 1000 + 999}), "2026-11-21T18:40:00");
  EXPECT_EQ(IsoMillis({kSeconds * 1000 + 7}), "2026-11-21T18:40:00.007");
  EXPECT_EQ(IsoMillis({kSeconds * 1000}), "2026-11-21T18:40:00.000");
  const std::chrono::sys_time<std::chrono::microseconds> time(std::chrono::microseconds(kSeconds * 1'000'000 + 42));
  EXPECT_EQ(IsoMicros(time), "2026-11-21T18:40:00.000042");
  EXPECT_EQ(BasicIsoTime(kSeconds), "20261121T184000Z");
}

TEST(IsoTime, BeforeTheEpochCountsForward) {
  EXPECT_EQ(IsoMillis({-1}), "1969-12-31T23:59:59.999");
  EXPECT_EQ(IsoSeconds({-1}), "1969-12-31T23:59:59");
  EXPECT_EQ(IsoMillis({-1000}), "1969-12-31T23:59:59.000");
}

// A damaged record may hold any number.
TEST(IsoTime, OutOfRangeIsSomeText) {
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
    EXPECT_FALSE(IsoMillis({value}).empty());
}

TEST(IsoTime, ReadsTheBasicForm) {
  EXPECT_EQ(ReadBasicIsoTime("20261121T184000Z"), kSeconds);
  EXPECT_EQ(ReadBasicIsoTime("19700101T000000Z"), 0);
  EXPECT_EQ(ReadBasicIsoTime("20240229T235960Z"), ReadBasicIsoTime("20240301T000000Z"));
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{951'782'400}, kSeconds, std::int64_t{4'102'444'799}})
    EXPECT_EQ(ReadBasicIsoTime(BasicIsoTime(seconds)), seconds);
}

TEST(IsoTime, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "20261121T184000", "20261121 184000Z", "2026-11-21T18:40:00Z", "20260229T000000Z", "20261301T000000Z",
        "20260001T000000Z", "20260100T000000Z", "20261121T240000Z", "20261121T186000Z", "20261121T184061Z",
        "2026112xT184000Z", "20261121T18400-Z", "2026-121T184000Z", " 0261121T184000Z", "20261121T-04000Z"}) {
    EXPECT_EQ(ReadBasicIsoTime(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace dynarock
