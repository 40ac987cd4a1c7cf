// Text of an expression to its tree; grammar only, names and values stay as written.
#pragma once

#include "engine/expression/ast.h"
#include "engine/expression/token.h"

namespace dynarock {

struct ParsedCondition {
  Condition root;
  bool redundant_parentheses = false;
};

// Errors: kRequestValidation; "The expression can not be empty;", "Syntax error; ...", size and operator limits,
// without the "Invalid XExpression: " in front.
Result<ParsedCondition> ParseCondition(std::string_view expression);
Result<std::vector<Path>> ParseProjection(std::string_view expression);

// What the parsers of the single grammars share: a cursor over tokens.
class TokenCursor {
 public:
  // Errors: as ParseCondition, for the empty, over-long or badly spelled expression.
  static Result<TokenCursor> Open(std::string_view expression);

  const Token& Peek(std::size_t ahead = 0) const { return tokens_[std::min(pos_ + ahead, tokens_.size() - 1)]; }
  Token Take() { return tokens_[pos_ + 1 < tokens_.size() ? pos_++ : pos_]; }
  bool TakeSymbol(std::string_view symbol);
  bool TakeKeyword(std::string_view upper_case);
  Result<void> Expect(std::string_view symbol);
  ApiError SyntaxError() const { return RequestError(SyntaxErrorMessage(expression_, tokens_, pos_)); }

  // `a.b[3]`, whose first name is the current token.
  Result<Path> TakePath();
  // The steps of a path behind its head.
  Result<void> TakeSteps(Path& path);
  // Counts one operator or function. Errors: more than 300 of them.
  Result<void> CountOperator();
  // Over all of the expression. Errors: "The expression contains too many operators; ...".
  Result<void> CheckOperatorCount() const;

 private:
  std::string_view expression_;
  std::vector<Token> tokens_;
  std::size_t pos_ = 0;
  std::size_t operators_ = 0;
};

}  // namespace dynarock
