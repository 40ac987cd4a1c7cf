// Histories made by hand, so that FindContradiction is known to find what it must.
#include "engine/model/history.h"

#include <gtest/gtest.h>

namespace dynarock::model {
namespace {

constexpr std::size_t kX = 0, kY = 1;

// All calls overlap, unless a test says when they were.
Call Of(CallId id, std::vector<Access> accesses) {
  return {id, "call", 0, 100, true, std::move(accesses)};
}

Call At(std::int64_t began, std::int64_t ended, Call call) {
  call.began = began;
  call.ended = ended;
  return call;
}

Access Reads(std::size_t list, List seen) {
  return {list, Effect::kNone, std::move(seen)};
}

Access Appends(std::size_t list, std::optional<List> seen = {}) {
  return {list, Effect::kAppend, std::move(seen)};
}

Access Puts(std::size_t list) {
  return {list, Effect::kPut, {}};
}

// The contradiction's text, or "none".
std::string Contradiction(const std::vector<Call>& calls) {
  return FindContradiction(calls).value_or("none");
}

void ExpectContradiction(const std::vector<Call>& calls, const std::string& part) {
  const std::string text = Contradiction(calls);
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(HistoryTest, SerialHistoriesAreFine) {
  EXPECT_EQ(Contradiction({}), "none");
  EXPECT_EQ(Contradiction({At(1, 2, Of(1, {Appends(kX, List{})})), At(3, 4, Of(2, {Appends(kX, List{1}), Appends(kY)})),
                           At(5, 6, Of(3, {Reads(kX, {1, 2}), Reads(kY, {2})})), At(7, 8, Of(4, {Puts(kX)})),
                           At(9, 10, Of(5, {Appends(kX, List{4})})), At(11, 12, Of(6, {Reads(kX, {4, 5})}))}),
            "none");
}

TEST(HistoryTest, OverlappingCallsMayTakeAnyOrder) {
  EXPECT_EQ(Contradiction({Of(1, {Appends(kX)}), Of(2, {Reads(kX, {})}), Of(3, {Reads(kX, {1})})}), "none");
  EXPECT_EQ(Contradiction({Of(1, {Puts(kX)}), Of(2, {Puts(kX)}), Of(3, {Reads(kX, {1})}), Of(4, {Reads(kX, {2})})}),
            "none");
}

TEST(HistoryTest, LostUpdate) {
  ExpectContradiction({Of(1, {Appends(kX, List{})}), Of(2, {Appends(kX, List{})})}, "neither grew out of the other");
}

TEST(HistoryTest, LostAppend) {
  ExpectContradiction({At(1, 2, Of(1, {Appends(kX)})), At(3, 4, Of(2, {Reads(kX, {})}))}, "is lost");
  EXPECT_EQ(Contradiction({At(1, 3, Of(1, {Appends(kX)})), At(2, 4, Of(2, {Reads(kX, {})}))}), "none");
}

TEST(HistoryTest, FracturedRead) {
  ExpectContradiction(
      {Of(1, {Appends(kX), Appends(kY)}), Of(2, {Reads(kX, {1}), Reads(kY, {})}), Of(3, {Reads(kY, {1})})},
      "no serial order");
}

TEST(HistoryTest, WriteSkew) {
  ExpectContradiction({Of(1, {Reads(kX, {}), Appends(kY)}), Of(2, {Reads(kY, {}), Appends(kX)}),
                       Of(3, {Reads(kX, {2})}), Of(4, {Reads(kY, {1})})},
                      "no serial order");
}

TEST(HistoryTest, LongFork) {
  ExpectContradiction({Of(1, {Appends(kX)}), Of(2, {Appends(kY)}), Of(3, {Reads(kX, {1}), Reads(kY, {})}),
                       Of(4, {Reads(kX, {}), Reads(kY, {2})})},
                      "no serial order");
}

TEST(HistoryTest, StaleReads) {
  const Call append = At(1, 2, Of(1, {Appends(kX, List{})}));
  ExpectContradiction({append, At(3, 4, Of(2, {Reads(kX, {})}))}, "ended before");
  ExpectContradiction({append, At(3, 4, Of(2, {Puts(kX)})), At(5, 6, Of(3, {Reads(kX, {1})}))}, "ended before");
  ExpectContradiction({At(1, 2, Of(1, {Puts(kX)})), At(3, 4, Of(2, {Puts(kX)})), At(5, 6, Of(3, {Reads(kX, {1})}))},
                      "ended before");
}

TEST(HistoryTest, ReadsGoBackwards) {
  ExpectContradiction({Of(1, {Appends(kX)}), At(10, 20, Of(2, {Reads(kX, {1})})), At(30, 40, Of(3, {Reads(kX, {})}))},
                      "no serial order");
}

TEST(HistoryTest, EffectsThatWereNotPromised) {
  Call refused = Of(1, {Appends(kX)});
  refused.is_done = false;
  ExpectContradiction({refused, Of(2, {Reads(kX, {1})})}, "was refused");
  ExpectContradiction({Of(1, {Appends(kX)}), Of(2, {Reads(kX, {1, 1})})}, "was done twice");
  ExpectContradiction({Of(1, {Appends(kX)}), Of(2, {Reads(kY, {1})})}, "writes another list");
  ExpectContradiction({Of(1, {Appends(kX)}), Of(2, {Puts(kX)}), Of(3, {Reads(kX, {1, 2})})}, "not at its start");
  ExpectContradiction({Of(2, {Reads(kX, {9})})}, "nobody is 9");
}

}  // namespace
}  // namespace dynarock::model
