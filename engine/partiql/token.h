// The tokens of PartiQL, and where they stand in a statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace dynarock::partiql {

enum class TokenKind {
  kIdentifier,        // a bare name that is no keyword
  kQuotedIdentifier,  // "name"
  kKeyword,
  kString,  // 'text'
  kNumber,
  kParameter,  // ?
  kSymbol,     // ( ) [ ] { } << >> . , : ; = <> != < <= > >= + - * and others that no statement here has
  kEnd,
};

// Borrows the statement's text.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;   // as written
  std::string value = {};  // of a name or a string: without quotes; of a keyword: in lower case

  bool Is(std::string_view symbol) const { return kind == TokenKind::kSymbol && text == symbol; }
  bool IsKeyword(std::string_view lower_case) const { return kind == TokenKind::kKeyword && value == lower_case; }
  // A word that has a meaning only where it stands, like RETURNING.
  bool IsWord(std::string_view word) const;
  bool IsName() const { return kind == TokenKind::kIdentifier || kind == TokenKind::kQuotedIdentifier; }
};

// All tokens, without comments, closed by kEnd.
// Errors: kValidation for a text or comment that does not end, a character that starts no token, and a number whose
// exponent nothing can hold.
Result<std::vector<Token>> Tokenize(std::string_view statement);

// " at 2:7:3": line, column and length of `text`, counted in characters from 1. Requires: `text` is a part of
// `statement`.
std::string PlaceOf(std::string_view statement, std::string_view text);

// "Statement wasn't well formed, can't be processed: <why>"
ApiError NotWellFormed(std::string_view why);

}  // namespace dynarock::partiql
