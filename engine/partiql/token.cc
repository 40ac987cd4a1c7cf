#include "engine/partiql/token.h"

#include <algorithm>

#include "engine/base/ascii.h"
#include "engine/base/unicode.h"
#include "engine/item/number.h"
#include "engine/partiql/keywords.h"

namespace dynarock::partiql {
namespace {

bool BeginsName(char c) {
  return IsAsciiLetter(c) || c == '_' || c == '$';
}
bool IsNamePart(char c) {
  return BeginsName(c) || IsAsciiDigit(c);
}
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> Run() {
    constexpr std::size_t kUsualTokens = 32;
    std::vector<Token> tokens;
    tokens.reserve(std::min(text_.size() + 1, kUsualTokens));
    for (;;) {
      TRY_VOID(SkipBlanksAndComments());
      if (pos_ == text_.size()) break;
      TRY(Token token, Take());
      tokens.push_back(std::move(token));
    }
    tokens.push_back({TokenKind::kEnd, text_.substr(text_.size())});
    return tokens;
  }

 private:
  char At(std::size_t ahead = 0) const { return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0'; }
  bool StartsWith(std::string_view what) const { return text_.substr(pos_, what.size()) == what; }

  Result<void> SkipBlanksAndComments() {
    for (;;) {
      while (pos_ < text_.size() && IsBlank(text_[pos_])) ++pos_;
      if (StartsWith("--")) {
        pos_ = std::min(text_.find_first_of("\r\n", pos_), text_.size());
      } else if (StartsWith("/*")) {
        const std::size_t end = text_.find("*/", pos_ + 2);
        if (end == std::string_view::npos) return NotWellFormed("");
        pos_ = end + 2;
      } else {
        return {};
      }
    }
  }

  Result<Token> Take() {
    const char c = At();
    if (c == '\'') return TakeQuoted(TokenKind::kString, '\'');
    if (c == '"') return TakeQuoted(TokenKind::kQuotedIdentifier, '"');
    if (IsAsciiDigit(c) || (c == '.' && IsAsciiDigit(At(1)))) return TakeNumber();
    if (BeginsName(c)) return TakeWord();
    if (c == '?') return Token{TokenKind::kParameter, Advance(1)};
    for (const std::string_view two : {"<<", ">>", "<=", ">=", "<>", "!="}) {
      if (StartsWith(two)) return Token{TokenKind::kSymbol, Advance(2)};
    }
    if (std::string_view("()[]{}.,:;=<>+-*/%@|").find(c) == std::string_view::npos) return NotWellFormed("");
    return Token{TokenKind::kSymbol, Advance(1)};
  }

  std::string_view Advance(std::size_t length) {
    const std::string_view taken = text_.substr(pos_, length);
    pos_ += length;
    return taken;
  }

  // A doubled quote stands for itself.
  Result<Token> TakeQuoted(TokenKind kind, char quote) {
    const std::size_t start = pos_++;
    Token token{kind, {}, ""};
    for (;; ++pos_) {
      if (pos_ == text_.size()) return NotWellFormed("");
      if (At() == quote) {
        if (At(1) != quote) break;
        ++pos_;
      }
      token.value.push_back(At());
    }
    ++pos_;
    token.text = text_.substr(start, pos_ - start);
    return token;
  }

  Result<Token> TakeNumber() {
    const std::size_t start = pos_;
    while (IsAsciiDigit(At())) ++pos_;
    if (At() == '.') {
      ++pos_;
      while (IsAsciiDigit(At())) ++pos_;
    }
    const bool has_sign = At(1) == '+' || At(1) == '-';
    if ((At() == 'e' || At() == 'E') && IsAsciiDigit(At(has_sign ? 2 : 1))) {
      pos_ += has_sign ? 2 : 1;
      while (IsAsciiDigit(At())) ++pos_;
    }
    // A letter right behind a number starts no token of its own.
    if (BeginsName(At())) return NotWellFormed("");
    const std::string_view number = text_.substr(start, pos_ - start);
    if (!FitsBigDecimal(number)) return NotWellFormed("");
    return Token{TokenKind::kNumber, number};
  }

  Result<Token> TakeWord() {
    const std::size_t start = pos_;
    while (IsNamePart(At())) ++pos_;
    Token token{TokenKind::kIdentifier, text_.substr(start, pos_ - start)};
    token.value = LowerCase(token.text);
    if (IsPartiqlKeyword(token.value)) {
      token.kind = TokenKind::kKeyword;
    } else {
      token.value = token.text;
    }
    return token;
  }

  std::string_view text_;
  std::size_t pos_ = 0;
};

}  // namespace

bool Token::IsWord(std::string_view word) const {
  return (kind == TokenKind::kIdentifier || kind == TokenKind::kKeyword) && EqualsIgnoringCase(text, word);
}

Result<std::vector<Token>> Tokenize(std::string_view statement) {
  return Lexer(statement).Run();
}

std::string PlaceOf(std::string_view statement, std::string_view text) {
  const std::string_view before = statement.substr(0, static_cast<std::size_t>(text.data() - statement.data()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return " at " + std::to_string(line) + ":" + std::to_string(CountCodePoints(before.substr(line_start)) + 1) + ":" +
         std::to_string(CountCodePoints(text));
}

ApiError NotWellFormed(std::string_view why) {
  return ValidationError("Statement wasn't well formed, can't be processed: " + std::string(why));
}

}  // namespace dynarock::partiql
