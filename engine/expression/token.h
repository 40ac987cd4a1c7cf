// The tokens of DynamoDB's expressions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

enum class TokenKind {
  kIdentifier,        // a bare name or keyword
  kNamePlaceholder,   // #name
  kValuePlaceholder,  // :value
  kInteger,
  kSymbol,  // ( ) [ ] . , = < <= > >= <> + -
  kEnd,
};

// Borrows the expression's text.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;

  bool Is(std::string_view symbol) const { return kind == TokenKind::kSymbol && text == symbol; }
  // Keywords match in any letter case.
  bool IsKeyword(std::string_view word) const;
};

// All tokens of `expression`, closed by kEnd.
// Errors: kRequestValidation "Syntax error; token: ..., near: ..." at a character that starts no token.
Result<std::vector<Token>> Tokenize(std::string_view expression);

// "Syntax error; token: "x", near: "w x y"": the text from the token before `index` to the one behind it.
// Observed: conformance/cases/expressions/syntax.case
std::string SyntaxErrorMessage(std::string_view expression, const std::vector<Token>& tokens, std::size_t index);

}  // namespace dynarock
