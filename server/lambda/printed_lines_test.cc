#include "server/lambda/printed_lines.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace dynarock {
namespace {

TEST(PrintedLines, LinesAreWholeHoweverTheyCome) {
  std::vector<std::string> lines;
  PrintedLines printed([&](std::string_view line) { lines.emplace_back(line); });
  for (const char* piece : {"a", "b\nc", "\n", "\nd"}) printed.Add(piece);
  EXPECT_EQ(lines, (std::vector<std::string>{"ab", "c", ""}));
  printed.Finish();
  EXPECT_EQ(lines.back(), "d");
}

TEST(PrintedLines, ALongLineTakesLinearTimeAndBoundedMemory) {
  std::size_t total = 0, longest = 0;
  PrintedLines printed([&](std::string_view line) {
    total += line.size();
    longest = std::max(longest, line.size());
  });
  constexpr std::size_t kLine = 50 * 1024 * 1024;
  const std::string piece(4096, 'x');
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t size = 0; size < kLine; size += piece.size()) printed.Add(piece);
  printed.Add("\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(total, kLine);
  EXPECT_EQ(longest, PrintedLines::kLongestLine);
}

TEST(PrintedLines, TheTailIsOfTheInvocationUnderWay) {
  PrintedLines printed([](std::string_view) {});
  printed.Add("before\n");
  printed.BeginTail("START\n");
  printed.Add(std::string(10'000, 'y'));
  const std::string tail = printed.TailWith("END\n");
  EXPECT_EQ(tail.size(), PrintedLines::kTail);
  EXPECT_TRUE(tail.ends_with("yEND\n"));
  printed.BeginTail("START\n");
  EXPECT_EQ(printed.TailWith("END\n"), "START\nEND\n");
}

}  // namespace
}  // namespace dynarock
