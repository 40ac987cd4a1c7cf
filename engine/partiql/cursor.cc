#include "engine/partiql/cursor.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "engine/base/ascii.h"
#include "engine/partiql/keywords.h"

namespace dynarock::partiql {
namespace {

constexpr int kMaxDepth = 250;  // of nested expressions, far from the end of the stack

}  // namespace

Result<Cursor> Cursor::Open(std::string_view statement, std::span<const EncodedValue> parameters) {
  Cursor cursor;
  cursor.statement_ = statement;
  cursor.parameters_ = parameters;
  TRY(cursor.tokens_, Tokenize(statement));
  return cursor;
}

bool Cursor::TakeSymbol(std::string_view symbol) {
  if (!Peek().Is(symbol)) return false;
  ++pos_;
  return true;
}

bool Cursor::TakeKeyword(std::string_view lower_case) {
  if (!Peek().IsKeyword(lower_case)) return false;
  ++pos_;
  return true;
}

bool Cursor::TakeWord(std::string_view lower_case) {
  if (!Peek().IsWord(lower_case)) return false;
  ++pos_;
  return true;
}

Result<void> Cursor::Expect(std::string_view symbol, std::string_view name) {
  if (!TakeSymbol(symbol)) return NotWellFormed("Expected " + std::string(name));
  return {};
}

Result<void> Cursor::ExpectKeyword(std::string_view lower_case) {
  if (!TakeKeyword(lower_case)) return NotWellFormed("Expected " + UpperCase(lower_case) + " keyword");
  return {};
}

bool Cursor::StartsCall() const {
  const bool is_keyword = Peek().kind == TokenKind::kKeyword && IsFunctionKeyword(Peek().value);
  return (Peek().IsName() || is_keyword) && Peek(1).Is("(");
}

Result<Path> Cursor::TakePath(std::string_view missing) {
  if (!Peek().IsName()) return NotWellFormed(missing);
  Path path;
  path.attribute = Take().value;
  for (;;) {
    if (TakeSymbol(".")) {
      if (!Peek().IsName()) return NotWellFormed("Invalid path dot component");
      path.steps.emplace_back(Take().value);
    } else if (TakeSymbol("[")) {
      TRY_VOID(TakeIndex(path));
    } else {
      return path;
    }
  }
}

// Observed: conformance/cases/partiql/paths.case
Result<void> Cursor::TakeIndex(Path& path) {
  bool is_negative = false;
  while (Peek().Is("-") || Peek().Is("+")) is_negative ^= Take().text == "-";
  const Token& number = Peek();
  if (number.kind != TokenKind::kNumber) return ValidationError("Unexpected path component" + Place(number));
  std::size_t index = 0;
  const char* const end = number.text.data() + number.text.size();
  const auto parsed = std::from_chars(number.text.data(), end, index);
  const bool is_integer = parsed.ec == std::errc() && parsed.ptr == end;
  constexpr std::size_t kMaxIndex = std::numeric_limits<std::int32_t>::max();
  if (!is_integer || index > kMaxIndex || (is_negative && index != 0)) {
    return ValidationError("List index is not within the allowable range; index: [" +
                           std::string(is_negative ? "-" : "") + std::string(number.text) + "]" + Place(number));
  }
  Take();
  path.steps.emplace_back(index);
  return Expect("]", "RIGHT_BRACKET");
}

Result<ValueView> Cursor::TakeParameter() {
  Take();
  if (parameters_used_ == parameters_.size()) {
    return ValidationError("Number of parameters in request and statement don't match.");
  }
  return parameters_[parameters_used_++].view();
}

Result<void> Cursor::CheckHasRightSide() const {
  if (Peek().kind != TokenKind::kEnd) return {};
  return NotWellFormed("Missing right-hand side expression of infix operator");
}

Result<void> Cursor::Enter() {
  if (++depth_ <= kMaxDepth) return {};
  return NotWellFormed("Nested too deeply");
}

std::string_view UnexpectedAt(const Token& token) {
  if (token.kind == TokenKind::kKeyword) {
    constexpr std::array<std::string_view, 6> kOperators = {"and", "or", "is", "in", "like", "between"};
    const bool is_operator = std::find(kOperators.begin(), kOperators.end(), token.value) != kOperators.end();
    return is_operator ? "Unexpected operator" : "Unexpected keyword";
  }
  const bool is_operator =
      token.kind == TokenKind::kSymbol && std::string_view("=<>!=+-*/%|@").find(token.text) != std::string_view::npos;
  return is_operator ? "Unexpected operator" : "Unexpected term";
}

}  // namespace dynarock::partiql
