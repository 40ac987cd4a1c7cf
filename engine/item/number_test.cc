#include "engine/item/number.h"

#include <gtest/gtest.h>

#include <random>

namespace dynarock {
namespace {

std::string Bytes(std::string_view text) {
  const auto number = ParseNumber(text);
  EXPECT_TRUE(number) << text;
  return number ? *number : "";
}

std::string RoundTrip(std::string_view text) {
  return NumberText(Bytes(text));
}

NumberProblem Problem(std::string_view text) {
  std::string out;
  return AppendNumber(out, text);
}

TEST(Number, ExactBytes) {
  EXPECT_EQ(Bytes("0"), "\x80");
  EXPECT_EQ(Bytes("-0.00"), "\x80");
  EXPECT_EQ(Bytes("1"), "\xc1\x02");
  EXPECT_EQ(Bytes("10"), "\xc1\x0b");
  EXPECT_EQ(Bytes("100"), "\xc2\x02");
  EXPECT_EQ(Bytes("-1"), std::string("\x3e\x64\x66"));
  EXPECT_EQ(Bytes("0.1"), "\xc0\x0b");
  EXPECT_EQ(Bytes("123.45"), "\xc2\x02\x18\x2e");
}

TEST(Number, TextForm) {
  EXPECT_EQ(RoundTrip("00042"), "42");
  EXPECT_EQ(RoundTrip("1.0"), "1");
  EXPECT_EQ(RoundTrip("+3.140"), "3.14");
  EXPECT_EQ(RoundTrip("1.5E2"), "150");
  EXPECT_EQ(RoundTrip("-.5"), "-0.5");
  EXPECT_EQ(RoundTrip("1e-3"), "0.001");
  EXPECT_EQ(RoundTrip("1E10"), "10000000000");
  EXPECT_EQ(RoundTrip("-1000.001"), "-1000.001");
  EXPECT_EQ(RoundTrip("1E125"), "1" + std::string(125, '0'));
  EXPECT_EQ(RoundTrip("1E-130"), "0." + std::string(129, '0') + "1");
  EXPECT_EQ(RoundTrip("12345678901234567890123456789012345678"), "12345678901234567890123456789012345678");
  EXPECT_EQ(RoundTrip("-1234567890123456789012345678901234567.8"), "-1234567890123456789012345678901234567.8");
}

// `digits` times ten to the power `exponent`, by moving the point through the text.
std::string Plain(const std::string& digits, int exponent) {
  if (exponent >= 0) return digits + std::string(static_cast<std::size_t>(exponent), '0');
  const auto places = static_cast<std::size_t>(-exponent);
  if (places >= digits.size()) return "0." + std::string(places - digits.size(), '0') + digits;
  return digits.substr(0, digits.size() - places) + "." + digits.substr(digits.size() - places);
}

TEST(Number, TextFormOfEveryLengthAndExponent) {
  std::mt19937_64 random(20261129);
  for (int length = 1; length <= 38; ++length) {
    for (int exponent = -130; exponent <= 126 - length; ++exponent) {
      std::string digits;
      for (int i = 0; i < length; ++i) digits += static_cast<char>('0' + random() % 10);
      for (char* const end : {&digits.front(), &digits.back()}) *end = static_cast<char>('1' + random() % 9);
      const std::string written = digits + "E" + std::to_string(exponent);
      ASSERT_EQ(RoundTrip(written), Plain(digits, exponent)) << written;
      ASSERT_EQ(RoundTrip("-" + written), "-" + Plain(digits, exponent)) << written;
    }
  }
}

TEST(Number, Limits) {
  EXPECT_EQ(Problem("9.9999999999999999999999999999999999999E+125"), NumberProblem::kNone);
  EXPECT_EQ(Problem("-9.9999999999999999999999999999999999999E+125"), NumberProblem::kNone);
  EXPECT_EQ(Problem("1E126"), NumberProblem::kOverflow);
  EXPECT_EQ(Problem("-1E+126"), NumberProblem::kOverflow);
  EXPECT_EQ(Problem("1E-131"), NumberProblem::kUnderflow);
  EXPECT_EQ(Problem("1E9223372036854775807"), NumberProblem::kOverflow);
  EXPECT_EQ(Problem("1E9223372036854775808"), NumberProblem::kSyntax);
  EXPECT_EQ(Problem("1E-1000000000"), NumberProblem::kUnderflow);
  EXPECT_EQ(Problem("0E125"), NumberProblem::kNone);
  EXPECT_EQ(Problem("0E126"), NumberProblem::kOverflow);
  EXPECT_EQ(Problem("0E-131"), NumberProblem::kUnderflow);
  EXPECT_EQ(Problem(std::string(39, '1')), NumberProblem::kPrecision);
  EXPECT_EQ(Problem(std::string(38, '1') + "000"), NumberProblem::kNone);
  EXPECT_EQ(Problem("1" + std::string(37, '0') + "1"), NumberProblem::kPrecision);
  EXPECT_EQ(Problem("1" + std::string(100000, '0')), NumberProblem::kOverflow);
}

TEST(Number, Malformed) {
  EXPECT_EQ(Problem(""), NumberProblem::kEmpty);
  for (const char* text :
       {"-", "+", ".", "abc", "1a", "1e", "1e+", "1.2.3", " 1", "1 ", "NaN", "Infinity", "0x10", "--1"}) {
    EXPECT_EQ(Problem(text), NumberProblem::kSyntax) << text;
  }
}

TEST(Number, OrderIsByteOrder) {
  const char* ascending[] = {"-9.9999999999999999999999999999999999999E+125",
                             "-100",
                             "-99.5",
                             "-99",
                             "-10",
                             "-1.5",
                             "-1",
                             "-0.5",
                             "-1E-130",
                             "0",
                             "1E-130",
                             "1E-129",
                             "0.5",
                             "1",
                             "1.5",
                             "9",
                             "10",
                             "10.01",
                             "99",
                             "100",
                             "1E125"};
  for (std::size_t i = 1; i < std::size(ascending); ++i) {
    EXPECT_LT(Bytes(ascending[i - 1]), Bytes(ascending[i])) << ascending[i - 1] << " " << ascending[i];
  }
}

TEST(Number, RandomSumsMatchIntegers) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 5000; ++i) {
    const auto a = static_cast<std::int64_t>(random() >> (random() % 62 + 2)) * (random() % 2 ? 1 : -1);
    const auto b = static_cast<std::int64_t>(random() >> (random() % 62 + 2)) * (random() % 2 ? 1 : -1);
    const std::string left = Bytes(std::to_string(a)), right = Bytes(std::to_string(b));
    EXPECT_EQ(NumberText(*AddNumbers(left, right)), std::to_string(a + b));
    EXPECT_EQ(NumberText(*SubtractNumbers(left, right)), std::to_string(a - b));
    EXPECT_EQ(left < right, a < b) << a << " " << b;
  }
}

TEST(Number, SumsBeyondPrecisionFail) {
  EXPECT_FALSE(AddNumbers(Bytes("1E125"), Bytes("1")));
  EXPECT_FALSE(AddNumbers(Bytes("9E125"), Bytes("9E125")));
  EXPECT_EQ(NumberText(*AddNumbers(Bytes("0.1"), Bytes("0.2"))), "0.3");
  EXPECT_EQ(NumberText(*SubtractNumbers(Bytes("5"), Bytes("5"))), "0");
}

TEST(Number, ToInteger) {
  EXPECT_EQ(NumberToInteger(Bytes("1700000000")), 1700000000);
  EXPECT_EQ(NumberToInteger(Bytes("-12")), -12);
  EXPECT_EQ(NumberToInteger(Bytes("1.75")), 1);
  EXPECT_EQ(NumberToInteger(Bytes("-0.5")), 0);
  EXPECT_EQ(NumberToInteger(Bytes("1E30")), std::nullopt);
}

}  // namespace
}  // namespace dynarock
