// DynamoDB's numbers: 38 significant digits, magnitudes 1E-130 to 9.99...E+125, in one order-preserving byte form.
//
// The byte form is the one that the service hashes (see engine/item/README.md): zero is 0x80; else a byte for
// sign and exponent in base 100, then the base-100 digits, each plus one (positive) or taken from 101 (negative,
// which ends with 102 where there are fewer than 20 digits). memcmp orders numbers, equal numbers have equal bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dynarock {

inline constexpr std::size_t kMaxNumberBytes = 22;

enum class NumberProblem { kNone, kEmpty, kSyntax, kOverflow, kUnderflow, kPrecision };

// Appends the byte form of `text` to `out`. On a problem nothing is appended.
NumberProblem AppendNumber(std::string& out, std::string_view text);

// The same as a Result. Errors: NumberError.
Result<std::string> ParseNumber(std::string_view text);

// Whether Java's BigDecimal holds the number: its exponent and its scale have 32 bits. The older layer of checks and
// PartiQL read numbers so. Requires: `text` is a number but for that.
bool FitsBigDecimal(std::string_view text);

// kRequestValidation with DynamoDB's words for `problem` of `text`.
ApiError NumberError(NumberProblem problem, std::string_view text);

namespace errors {

[[gnu::cold]] ApiError NotNumeric(std::string_view text);
[[gnu::cold]] ApiError NumberUnderflow();

}  // namespace errors

// Appends DynamoDB's text form (plain decimals, no exponent) of the number with byte form `bytes`.
void AppendNumberText(std::string& out, std::string_view bytes);
std::string NumberText(std::string_view bytes);

// The byte form of a non-negative integer, e.g. what size() gives.
std::string NumberFromInteger(std::uint64_t value);

// left + right, or left - right. Errors: kValidation if the exact result is out of range or needs over 38 digits.
Result<std::string> AddNumbers(std::string_view left, std::string_view right);
Result<std::string> SubtractNumbers(std::string_view left, std::string_view right);

// The number in `bytes` without its fraction if that fits, else nullopt (used by time-to-live values).
std::optional<std::int64_t> NumberToInteger(std::string_view bytes);

}  // namespace dynarock
