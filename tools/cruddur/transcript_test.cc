#include "tools/cruddur/transcript.h"

#include <gtest/gtest.h>

#include <sstream>

namespace dynarock::cruddur {
namespace {

std::string Written(const std::vector<TranscriptLine>& lines, const TranscriptStyle& style) {
  std::ostringstream out;
  WriteTranscript(out, lines, style);
  return out.str();
}

TEST(Transcript, AlignsNamesUnderTheDay) {
  EXPECT_EQ(Written({{"2026-11-20T23:59:00+00:00", "Zoë", "one"}, {"2026-11-21T00:00:00+00:00", "Andrew", "two"}}, {}),
            "2026-11-20\n"
            "23:59  Zoë     one\n"
            "2026-11-21\n"
            "00:00  Andrew  two\n");
}

TEST(Transcript, WrapsUnderTheText) {
  EXPECT_EQ(Written({{"2026-11-20T23:59:00+00:00", "Bo", "these words are a little too long"}}, {.width = 36}),
            "2026-11-20\n"
            "23:59  Bo  these words are a little\n"
            "           too long\n");
}

TEST(Transcript, DoesNotWrapInANarrowTerminal) {
  EXPECT_EQ(Written({{"2026-11-20T23:59:00+00:00", "Bo", "some words"}}, {.width = 12}),
            "2026-11-20\n23:59  Bo  some words\n");
}

TEST(Transcript, ColoursNames) {
  const std::string text = Written({{"2026-11-20T23:59:00+00:00", "Bo", "x"}}, {.colour = true});
  EXPECT_NE(text.find("\033[1;36mBo\033[0m  x"), std::string::npos) << text;
}

TEST(Transcript, ToleratesOddRows) {
  EXPECT_EQ(Written({{"", "", ""}, {"x", "", "y"}}, {}), "         \nx\n         y\n");
}

TEST(WrapText, CutsAtBlanksOnly) {
  EXPECT_EQ(WrapText("aa bb cc", 5), (std::vector<std::string>{"aa bb", "cc"}));
  EXPECT_EQ(WrapText("toolong a", 3), (std::vector<std::string>{"toolong", "a"}));
  EXPECT_TRUE(WrapText("", 5).empty());
}

}  // namespace
}  // namespace dynarock::cruddur
