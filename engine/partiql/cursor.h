// What the parsers of statements, conditions and literals share: a walk over tokens, and the parameters for its `?`.
#pragma once

#include <list>
#include <span>

#include "engine/expression/legacy.h"
#include "engine/item/path.h"
#include "engine/partiql/token.h"

namespace dynarock::partiql {

class Cursor {
 public:
  // Borrows both, which must outlive what is parsed. Errors: those of Tokenize.
  static Result<Cursor> Open(std::string_view statement, std::span<const EncodedValue> parameters);

  const Token& Peek(std::size_t ahead = 0) const { return tokens_[std::min(pos_ + ahead, tokens_.size() - 1)]; }
  const Token& Take() { return tokens_[pos_ + 1 < tokens_.size() ? pos_++ : pos_]; }
  bool TakeSymbol(std::string_view symbol);
  bool TakeKeyword(std::string_view lower_case);
  bool TakeWord(std::string_view lower_case);
  // Errors: "Expected RIGHT_PAREN", where `name` is the grammar's name of `symbol`.
  Result<void> Expect(std::string_view symbol, std::string_view name);
  Result<void> ExpectKeyword(std::string_view lower_case);

  // Whether a function's name and its parenthesis are next.
  bool StartsCall() const;

  // " at line:column:length" of the token.
  std::string Place(const Token& token) const { return PlaceOf(statement_, token.text); }

  // `a.b[3]`, whose first name is the current token. `missing` is what is said if it is none.
  Result<Path> TakePath(std::string_view missing);

  // The value for the `?` that is the current token. Errors: there are fewer parameters than that.
  Result<ValueView> TakeParameter();

  // Keeps an encoded value for the statement.
  ValueView Keep(std::string value) { return ValueView::Of(values_.emplace_back(std::move(value))); }
  std::list<std::string> TakeValues() { return std::move(values_); }

  // Errors: the statement ends behind an operator.
  Result<void> CheckHasRightSide() const;

  // Errors: `expression` is nested deeper than recursion goes.
  Result<void> Enter();
  void Leave() { --depth_; }

 private:
  Result<void> TakeIndex(Path& path);

  std::string_view statement_;
  std::span<const EncodedValue> parameters_;
  std::vector<Token> tokens_;
  std::size_t pos_ = 0;
  std::size_t parameters_used_ = 0;
  int depth_ = 0;
  std::list<std::string> values_;
};

// "Unexpected operator", "Unexpected keyword" or "Unexpected term", whichever `token` is.
std::string_view UnexpectedAt(const Token& token);

}  // namespace dynarock::partiql
