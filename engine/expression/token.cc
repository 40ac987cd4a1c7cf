#include "engine/expression/token.h"

#include <algorithm>

#include "engine/base/ascii.h"

namespace dynarock {
namespace {

bool IsNamePart(char c) {
  return IsAsciiLetterOrDigit(c) || c == '_';
}
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

template <class Predicate>
std::size_t EndOf(std::string_view text, std::size_t pos, Predicate predicate) {
  while (pos < text.size() && predicate(text[pos])) ++pos;
  return pos;
}

// Length of the symbol at the start of `text`, 0 if there is none.
std::size_t SymbolLength(std::string_view text) {
  for (const std::string_view two : {"<=", ">=", "<>"}) {
    if (text.substr(0, 2) == two) return 2;
  }
  return std::string_view("()[].,=<>+-").find(text[0]) != std::string_view::npos ? 1 : 0;
}

// The token at `pos`; of length 0 if none starts there.
Token TokenAt(std::string_view text, std::size_t pos) {
  const char c = text[pos];
  if (IsAsciiLetter(c)) return {TokenKind::kIdentifier, text.substr(pos, EndOf(text, pos, IsNamePart) - pos)};
  if (IsAsciiDigit(c)) return {TokenKind::kInteger, text.substr(pos, EndOf(text, pos, IsAsciiDigit) - pos)};
  if (c == '#' || c == ':') {
    const std::size_t end = EndOf(text, pos + 1, IsNamePart);
    if (end == pos + 1) return {};
    return {c == '#' ? TokenKind::kNamePlaceholder : TokenKind::kValuePlaceholder, text.substr(pos, end - pos)};
  }
  const std::size_t length = SymbolLength(text.substr(pos));
  return {TokenKind::kSymbol, text.substr(pos, length)};
}

// The character at `pos`, which is several bytes of UTF-8 if it is not ASCII.
std::string_view CharacterAt(std::string_view text, std::size_t pos) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return text.substr(pos, EndOf(text, pos + 1, continues) - pos);
}

// The token, or the single character where none starts, behind blanks; empty at the end.
std::string_view RawTokenAfter(std::string_view text, std::size_t pos) {
  pos = EndOf(text, pos, IsBlank);
  if (pos == text.size()) return {};
  const Token token = TokenAt(text, pos);
  return token.text.empty() ? CharacterAt(text, pos) : token.text;
}

std::string SyntaxError(std::string_view token, std::string_view near) {
  return "Syntax error; token: \"" + std::string(token) + "\", near: \"" + std::string(near) + "\"";
}

std::string_view Span(std::string_view text, std::string_view first, std::string_view last) {
  const auto begin = static_cast<std::size_t>(first.data() - text.data());
  const auto end = static_cast<std::size_t>(last.data() + last.size() - text.data());
  return text.substr(begin, end - begin);
}

}  // namespace

bool Token::IsKeyword(std::string_view word) const {
  return kind == TokenKind::kIdentifier && EqualsIgnoringCase(text, word);
}

Result<std::vector<Token>> Tokenize(std::string_view expression) {
  std::vector<Token> tokens;
  std::size_t pos = 0;
  while ((pos = EndOf(expression, pos, IsBlank)) < expression.size()) {
    const Token token = TokenAt(expression, pos);
    if (token.text.empty()) {
      const std::string_view bad = CharacterAt(expression, pos);
      const std::string_view next = RawTokenAfter(expression, pos + bad.size());
      const std::string_view first = tokens.empty() ? bad : tokens.back().text;
      return RequestError(SyntaxError(bad, Span(expression, first, next.empty() ? bad : next)));
    }
    tokens.push_back(token);
    pos += token.text.size();
  }
  tokens.push_back({TokenKind::kEnd, expression.substr(expression.size())});
  return tokens;
}

std::string SyntaxErrorMessage(std::string_view expression, const std::vector<Token>& tokens, std::size_t index) {
  const Token& bad = tokens[index];
  const Token& first = tokens[index == 0 ? 0 : index - 1];
  const Token& last = tokens[index + 1 < tokens.size() ? index + 1 : index];
  // <EOF> has no text; what is near it ends with the last token.
  return SyntaxError(
      bad.kind == TokenKind::kEnd ? "<EOF>" : bad.text,
      Span(expression, first.text,
           last.kind == TokenKind::kEnd && index > 0 ? (bad.kind == TokenKind::kEnd ? first.text : bad.text)
                                                     : last.text));
}

}  // namespace dynarock
