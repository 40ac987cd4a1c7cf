#include "engine/item/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "engine/base/ascii.h"
#include "engine/item/number_text.h"

namespace dynarock {
namespace {

constexpr int kMaxDigits = 38;
constexpr int kMinExponent = -130;  // of the first significant digit
constexpr int kMaxExponent = 125;
constexpr char kZero = '\x80';
constexpr char kNegativeEnd = 102;

constexpr std::string_view kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr std::string_view kUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";

// sign * 0.d1d2d3... * 10^(exponent + 1): `exponent` is that of the first digit in scientific notation.
struct Decimal {
  bool negative = false;
  int exponent = 0;
  std::vector<std::uint8_t> digits;  // no leading or trailing zeros; empty is zero
};

int FloorDiv2(int value) {
  return value >= 0 ? value / 2 : -((1 - value) / 2);
}

void Trim(Decimal& decimal) {
  const auto first = std::find_if(decimal.digits.begin(), decimal.digits.end(), [](auto d) { return d != 0; });
  decimal.exponent -= static_cast<int>(first - decimal.digits.begin());
  decimal.digits.erase(decimal.digits.begin(), first);
  while (!decimal.digits.empty() && decimal.digits.back() == 0) decimal.digits.pop_back();
  if (decimal.digits.empty()) decimal = Decimal{};
}

NumberProblem CheckRange(const Decimal& decimal) {
  if (decimal.digits.empty()) return NumberProblem::kNone;
  if (decimal.exponent > kMaxExponent) return NumberProblem::kOverflow;
  if (decimal.exponent < kMinExponent) return NumberProblem::kUnderflow;
  if (decimal.digits.size() > kMaxDigits) return NumberProblem::kPrecision;
  return NumberProblem::kNone;
}

// Requires: CheckRange gives kNone.
void AppendBytes(std::string& out, const std::uint8_t* digits, std::size_t count, int exponent, bool negative) {
  if (count == 0) {
    out.push_back(kZero);
    return;
  }
  // Pairs of digits stand at even powers of ten, so an even exponent puts a zero before the first digit.
  const int pair_exponent = FloorDiv2(exponent) + 1;
  const int head = 0xC0 + pair_exponent;
  out.push_back(static_cast<char>(negative ? ~head : head));
  const std::size_t pad = (exponent % 2 == 0) ? 1 : 0;
  const std::size_t pairs = (count + pad + 1) / 2;
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const auto digit = [&](std::size_t place) -> int {
      return place < pad || place - pad >= count ? 0 : digits[place - pad];
    };
    const int value = digit(2 * pair) * 10 + digit(2 * pair + 1);
    out.push_back(static_cast<char>(negative ? 101 - value : value + 1));
  }
  if (negative && pairs < 20) out.push_back(kNegativeEnd);
}

Decimal FromBytes(std::string_view bytes) {
  Decimal decimal;
  if (bytes.size() == 1) return decimal;
  const auto head = static_cast<std::uint8_t>(bytes[0]);
  decimal.negative = head < 0x80;
  const int pair_exponent = (decimal.negative ? 255 - head : head) - 0xC0;
  for (const char c : bytes.substr(1)) {
    if (decimal.negative && c == kNegativeEnd) break;
    const int value = decimal.negative ? 101 - c : c - 1;
    decimal.digits.push_back(static_cast<std::uint8_t>(value / 10));
    decimal.digits.push_back(static_cast<std::uint8_t>(value % 10));
  }
  decimal.exponent = 2 * pair_exponent - 1;
  Trim(decimal);
  return decimal;
}

// The two digits of each number below 100. What is not below it has none, so damaged bytes are no number but do no
// harm.
constexpr std::array<char, 256> kPairs = [] {
  std::array<char, 256> pairs{};
  for (std::size_t i = 0; i < pairs.size() / 2; ++i) {
    pairs[2 * i] = static_cast<char>(i < 100 ? '0' + i / 10 : '?');
    pairs[2 * i + 1] = static_cast<char>(i < 100 ? '0' + i % 10 : '?');
  }
  return pairs;
}();

// A number's digits as text, without zeros at either end; those of zero are none.
class NumberDigits {
 public:
  explicit NumberDigits(std::string_view bytes) {
    if (bytes.size() < 2) return;
    const auto head = static_cast<std::uint8_t>(bytes[0]);
    negative_ = head < 0x80;
    whole_ = 2 * ((negative_ ? 255 - head : head) - 0xC0);
    for (const char c : bytes.substr(1, kMostPairs)) {
      if (negative_ && c == kNegativeEnd) break;
      const auto value = static_cast<std::size_t>((negative_ ? 101 - c : c - 1) & 0x7f);
      std::memcpy(text_.data() + end_, kPairs.data() + 2 * value, 2);
      end_ += 2;
    }
    if (end_ > 0 && text_[end_ - 1] == '0') --end_;
    if (end_ > 0 && text_[0] == '0') {
      ++begin_;
      --whole_;
    }
  }

  bool is_negative() const { return negative_; }
  std::string_view digits() const { return std::string_view(text_.data(), end_).substr(begin_); }
  // How many of them stand before the point; negative for zeros between it and the first of them.
  int whole_digits() const { return whole_; }

 private:
  static constexpr std::size_t kMostPairs = 20;

  bool negative_ = false;
  int whole_ = 0;
  std::size_t begin_ = 0, end_ = 0;  // of the text
  std::array<char, 2 * kMostPairs> text_;
};

// The sum in exact arithmetic; at most 256 + 38 digits.
Decimal Sum(const Decimal& left, const Decimal& right) {
  if (left.digits.empty()) return right;
  if (right.digits.empty()) return left;
  const int high = std::max(left.exponent, right.exponent) + 1;
  const auto last_place = [](const Decimal& d) { return d.exponent - static_cast<int>(d.digits.size()) + 1; };
  const int low = std::min(last_place(left), last_place(right));
  std::vector<int> places(static_cast<std::size_t>(high - low + 1), 0);
  const auto add = [&](const Decimal& d) {
    for (std::size_t i = 0; i < d.digits.size(); ++i) {
      const auto place = static_cast<std::size_t>(high - d.exponent) + i;
      places[place] += d.negative ? -d.digits[i] : d.digits[i];
    }
  };
  add(left);
  add(right);
  const auto first = std::find_if(places.begin(), places.end(), [](int p) { return p != 0; });
  Decimal sum;
  if (first == places.end()) return sum;
  sum.negative = *first < 0;
  if (sum.negative) {
    for (int& place : places) place = -place;
  }
  for (std::size_t i = places.size(); i-- > 0;) {
    if (places[i] < 0) {
      places[i] += 10;
      places[i - 1] -= 1;
    } else if (places[i] > 9) {
      places[i] -= 10;
      places[i - 1] += 1;
    }
  }
  sum.exponent = high;
  sum.digits.assign(places.begin(), places.end());
  Trim(sum);
  return sum;
}

Result<std::string> ToResult(const Decimal& decimal) {
  switch (CheckRange(decimal)) {
    case NumberProblem::kNone:
      break;
    case NumberProblem::kUnderflow:
      return ValidationError(std::string(kUnderflow));
    default:
      // Of too many digits too. Observed: conformance/cases/updates/numbers.case
      return ValidationError(std::string(kOverflow));
  }
  std::string bytes;
  AppendBytes(bytes, decimal.digits.data(), decimal.digits.size(), decimal.exponent, decimal.negative);
  return bytes;
}

// Reads an exponent, clamped far outside the range so that "1E1000000000" costs nothing. What passes 64 bits is none.
bool ReadExponent(std::string_view text, std::int64_t& exponent) {
  if (text.size() > 1 && text[0] == '+' && IsAsciiDigit(text[1])) text.remove_prefix(1);
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (problem != std::errc() || end != text.data() + text.size()) return false;
  constexpr std::int64_t kFarOutside = 10'000'000'000;
  exponent = std::clamp(exponent, -kFarOutside, kFarOutside);
  return true;
}

// Whether the older layer's sum of the integer part's digits and of the exponent, both 32 bits, becomes negative.
// Observed: conformance/cases/values/number_layers.case
bool PassesInt32(std::string_view text) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const std::size_t mark = text.find_first_of("eE");
  std::int64_t exponent = 0;
  if (mark == std::string_view::npos || !ReadExponent(text.substr(mark + 1), exponent)) return false;
  const auto digits = static_cast<std::int64_t>(std::min(mark, text.find('.')) - text.find_first_not_of("+-"));
  return exponent <= kMost && exponent + digits > kMost;
}

// The digits of a number as it is written, up to its exponent.
struct WrittenDigits {
  std::array<std::uint8_t, kMaxDigits + 1> digits;  // one more than allowed, to notice it
  std::size_t count = 0;                            // digits kept
  std::int64_t point_shift = 0;                     // exponent of the first kept digit
  bool any = false, too_many = false;

  // Reads from `pos` on, and returns where the digits end.
  std::size_t Read(std::string_view text, std::size_t pos) {
    std::int64_t zeros = 0;  // zeros seen since the last kept digit
    bool in_fraction = false;
    for (; pos < text.size(); ++pos) {
      const char c = text[pos];
      if (c == '.' && !in_fraction) {
        in_fraction = true;
        continue;
      }
      if (!IsAsciiDigit(c)) break;
      any = true;
      if (count == 0 && in_fraction) --point_shift;
      if (count > 0 && !in_fraction) ++point_shift;
      if (c == '0') {
        if (count > 0) ++zeros;
        continue;
      }
      for (; zeros > 0; --zeros) Keep(0);
      if (!Keep(static_cast<std::uint8_t>(c - '0'))) too_many = true;
    }
    return pos;
  }

 private:
  bool Keep(std::uint8_t digit) {
    if (count == digits.size()) return false;
    digits[count++] = digit;
    return true;
  }
};

}  // namespace

bool FitsBigDecimal(std::string_view text) {
  const std::size_t mark = text.find_first_of("eE");
  if (mark == std::string_view::npos) return true;
  std::int64_t exponent = 0;
  if (!ReadExponent(text.substr(mark + 1), exponent)) return false;
  const std::size_t point = std::min(text.find('.'), mark);
  const auto scale = static_cast<std::int64_t>(mark - std::min(point + 1, mark)) - exponent;
  return std::in_range<std::int32_t>(exponent) && std::in_range<std::int32_t>(scale);
}

NumberProblem AppendNumber(std::string& out, std::string_view text) {
  if (text.empty()) return NumberProblem::kEmpty;
  const bool negative = text[0] == '-';
  WrittenDigits written;
  const std::size_t end = written.Read(text, text[0] == '-' || text[0] == '+' ? 1 : 0);
  if (!written.any) return NumberProblem::kSyntax;
  std::int64_t exponent = 0;
  if (end < text.size()) {
    if (text[end] != 'e' && text[end] != 'E') return NumberProblem::kSyntax;
    if (!ReadExponent(text.substr(end + 1), exponent)) return NumberProblem::kSyntax;
  }
  if (written.count == 0) {  // in range by the exponent that it is written with
    if (exponent > kMaxExponent) return NumberProblem::kOverflow;
    if (exponent < kMinExponent) return NumberProblem::kUnderflow;
    out.push_back(kZero);
    return NumberProblem::kNone;
  }
  const std::int64_t first = written.point_shift + exponent;
  if (first > kMaxExponent) return NumberProblem::kOverflow;
  if (first < kMinExponent) return NumberProblem::kUnderflow;
  if (written.too_many || written.count > kMaxDigits) return NumberProblem::kPrecision;
  AppendBytes(out, written.digits.data(), written.count, static_cast<int>(first), negative);
  return NumberProblem::kNone;
}

Result<std::string> ParseNumber(std::string_view text) {
  std::string bytes;
  const NumberProblem problem = AppendNumber(bytes, text);
  if (problem != NumberProblem::kNone) return NumberError(problem, text);
  return bytes;
}

ApiError NumberError(NumberProblem problem, std::string_view text) {
  ErrorFacts beyond;  // BigDecimal
  if (!FitsBigDecimal(text)) beyond = {.detail = ErrorDetail::kNumberBeyondBigDecimal, .value = std::string(text)};
  switch (problem) {
    case NumberProblem::kEmpty:
      return WithFacts(errors::NotNumeric(text), {.detail = ErrorDetail::kEmptyNumber});
    case NumberProblem::kOverflow:
      if (PassesInt32(text)) beyond = {.detail = ErrorDetail::kNumberBeyondInt32};
      return WithFacts(RequestError(std::string(kOverflow)), std::move(beyond));
    case NumberProblem::kUnderflow:
      return WithFacts(errors::NumberUnderflow(), std::move(beyond));
    case NumberProblem::kPrecision:
      return RequestError("Attempting to store more than 38 significant digits in a Number");
    default:
      return errors::NotNumeric(text);
  }
}

ApiError errors::NotNumeric(std::string_view text) {
  return RequestError("The parameter cannot be converted to a numeric value: " + std::string(text));
}

ApiError errors::NumberUnderflow() {
  return RequestError(std::string(kUnderflow));
}

char* WriteNumberText(char* out, std::string_view bytes) {
  const NumberDigits number(bytes);
  const std::string_view digits = number.digits();
  if (digits.empty()) {
    *out++ = '0';
    return out;
  }
  const auto zeros = [&](int count) { out = std::fill_n(out, count, '0'); };
  if (number.is_negative()) *out++ = '-';
  const int count = static_cast<int>(digits.size()), whole = number.whole_digits();
  if (whole <= 0) {
    *out++ = '0';
    *out++ = '.';
    zeros(-whole);
    return std::copy(digits.begin(), digits.end(), out);
  }
  out = std::copy_n(digits.begin(), std::min(whole, count), out);
  if (whole >= count) {
    zeros(whole - count);
    return out;
  }
  *out++ = '.';
  return std::copy(digits.begin() + whole, digits.end(), out);
}

void AppendNumberText(std::string& out, std::string_view bytes) {
  std::array<char, kMaxNumberText> text;
  out.append(text.data(), WriteNumberText(text.data(), bytes));
}

std::string NumberText(std::string_view bytes) {
  std::string text;
  AppendNumberText(text, bytes);
  return text;
}

std::string NumberFromInteger(std::uint64_t value) {
  std::string bytes;
  AppendNumber(bytes, std::to_string(value));
  return bytes;
}

Result<std::string> AddNumbers(std::string_view left, std::string_view right) {
  return ToResult(Sum(FromBytes(left), FromBytes(right)));
}

Result<std::string> SubtractNumbers(std::string_view left, std::string_view right) {
  Decimal negated = FromBytes(right);
  negated.negative = !negated.negative;
  return ToResult(Sum(FromBytes(left), negated));
}

std::optional<std::int64_t> NumberToInteger(std::string_view bytes) {
  const Decimal decimal = FromBytes(bytes);
  if (decimal.digits.empty()) return 0;
  if (decimal.exponent > 17) return std::nullopt;
  std::int64_t value = 0;
  for (int place = 0; place <= decimal.exponent; ++place) {
    const auto index = static_cast<std::size_t>(place);
    value = value * 10 + (index < decimal.digits.size() ? decimal.digits[index] : 0);
  }
  return decimal.negative ? -value : value;
}

}  // namespace dynarock
