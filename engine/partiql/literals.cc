#include "engine/partiql/literals.h"

#include <algorithm>

#include "engine/base/ascii.h"
#include "engine/base/errors.h"
#include "engine/base/joined.h"
#include "engine/base/limits.h"
#include "engine/item/number.h"
#include "engine/partiql/statement_errors.h"

namespace dynarock::partiql {
namespace {

using Member = std::pair<std::string, std::string>;  // name, encoded value

// Members sorted by name; of equal names the last counts.
void SortMembers(std::vector<Member>& members) {
  std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.first < b.first; });
  const auto is_same = [](const Member& a, const Member& b) { return a.first == b.first; };
  members.erase(members.begin(), std::unique(members.rbegin(), members.rend(), is_same).base());
}

// How the service names what cannot stand in a literal. Observed: conformance/cases/partiql/literals.case
ApiError Unsupported(const Cursor& cursor, const std::string& key) {
  const Token& token = cursor.Peek();
  std::string what = token.kind == TokenKind::kParameter ? "Parameter" : "VariableReference";
  if (cursor.Peek(1).Is("(")) what = LowerCase(token.text);
  if (token.IsKeyword("missing")) what = "MISSING";
  return ValidationError("Unsupported data type: " + what + " under key " + key + cursor.Place(token));
}

class LiteralParser {
 public:
  explicit LiteralParser(Cursor& cursor) : cursor_(cursor) {}

  // `key` is the value's place in errors, `depth` its level below the attribute.
  Result<void> Parse(std::string& out, const std::string& key, std::size_t depth) {
    if (depth >= kMaxNesting) return Suffixed(errors::NestingTooDeep(), " under " + key);
    const Token& token = cursor_.Peek();
    if (token.kind == TokenKind::kString) {
      AppendScalar(out, Type::kString, cursor_.Take().value);
      return {};
    }
    if (token.kind == TokenKind::kNumber || token.Is("-") || token.Is("+")) return ParseSignedNumber(out, key);
    if (token.Is("[")) return ParseList(out, key, depth);
    if (token.Is("{")) return ParseMap(out, key, depth);
    if (token.Is("<<")) return ParseBag(out, key);
    if (cursor_.TakeKeyword("null")) {
      AppendNull(out);
    } else if (cursor_.TakeKeyword("true")) {
      AppendBool(out, true);
    } else if (cursor_.TakeKeyword("false")) {
      AppendBool(out, false);
    } else {
      return NoLiteral(key);
    }
    return {};
  }

  // {'name': value, ...} with `parse_value(name)` for each value.
  template <class ParseValue>
  Result<std::vector<Member>> ParseMembers(ParseValue parse_value) {
    std::vector<Member> members;
    TRY_VOID(cursor_.Expect("{", "LEFT_CURLY"));
    if (cursor_.TakeSymbol("}")) return members;
    do {
      if (cursor_.Peek().kind != TokenKind::kString) return NotWellFormed(UnexpectedAt(cursor_.Peek()));
      Member& member = members.emplace_back(cursor_.Take().value, "");
      TRY_VOID(cursor_.Expect(":", "COLON"));
      TRY(member.second, parse_value(member.first));
    } while (cursor_.TakeSymbol(","));
    TRY_VOID(cursor_.Expect("}", "RIGHT_CURLY"));
    SortMembers(members);
    return members;
  }

 private:
  ApiError NoLiteral(const std::string& key) const {
    const Token& token = cursor_.Peek();
    const bool is_expression = token.IsName() || token.kind == TokenKind::kParameter || token.IsKeyword("missing");
    return is_expression ? Unsupported(cursor_, key) : NotWellFormed(UnexpectedAt(token));
  }

  // The number's text with its signs folded into one.
  Result<std::string> TakeNumber() {
    bool is_negative = false;
    std::string_view sign;
    while (cursor_.Peek().Is("-") || cursor_.Peek().Is("+")) {
      sign = cursor_.Take().text;
      is_negative ^= sign == "-";
    }
    if (cursor_.Peek().kind != TokenKind::kNumber) {
      return ValidationError("Unsupported operator in Condition Expression. Operator: " + std::string(sign));
    }
    return (is_negative ? "-" : "") + std::string(cursor_.Take().text);
  }

  // Observed: conformance/cases/partiql/literals.case
  static Result<std::string> NumberUnder(const std::string& key, const std::string& text) {
    Result<std::string> number = ParseNumber(text);
    if (number) return number;
    return errors::OfStatement(Suffixed(std::move(number.error()), " under " + key));
  }

  Result<void> ParseSignedNumber(std::string& out, const std::string& key) {
    TRY(const std::string text, TakeNumber());
    TRY(const std::string number, NumberUnder(key, text));
    AppendScalar(out, Type::kNumber, number);
    return {};
  }

  Result<void> ParseList(std::string& out, const std::string& key, std::size_t depth) {
    cursor_.Take();
    const std::size_t place = BeginContainer(out, Type::kList);
    for (std::size_t i = 0; !cursor_.Peek().Is("]"); ++i) {
      if (i > 0) TRY_VOID(cursor_.Expect(",", "RIGHT_BRACKET"));
      TRY_VOID(Parse(out, key + "[" + std::to_string(i) + "]", depth + 1));
    }
    cursor_.Take();
    EndContainer(out, place);
    return {};
  }

  Result<void> ParseMap(std::string& out, const std::string& key, std::size_t depth) {
    TRY(const auto members, ParseMembers([&](const std::string& name) -> Result<std::string> {
          std::string value;
          TRY_VOID(Parse(value, key + "." + name, depth + 1));
          return value;
        }));
    const std::size_t place = BeginContainer(out, Type::kMap);
    for (const auto& [name, value] : members) {
      AppendName(out, name);
      out += value;
    }
    EndContainer(out, place);
    return {};
  }

  // A bag of strings or of numbers is a set; there is no literal of a binary.
  Result<void> ParseBag(std::string& out, const std::string& key) {
    cursor_.Take();
    if (cursor_.Peek().Is(">>")) return ValidationError("Empty bags are not supported");
    const bool has_texts = cursor_.Peek().kind == TokenKind::kString;
    std::vector<std::string> members;
    std::string given;
    do {
      const Token& token = cursor_.Peek();
      const bool is_number = token.kind == TokenKind::kNumber || token.Is("-") || token.Is("+");
      if (has_texts ? token.kind != TokenKind::kString : !is_number) {
        return ValidationError(
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags");
      }
      if (has_texts) {
        AppendListed(given, members.emplace_back(cursor_.Take().value));
      } else {
        TRY(const std::string text, TakeNumber());
        TRY(std::string number, NumberUnder(key, text));
        members.push_back(std::move(number));
        AppendListed(given, text);
      }
    } while (cursor_.TakeSymbol(","));
    TRY_VOID(cursor_.Expect(">>", "RIGHT_DOUBLE_ANGLE_BRACKET"));
    std::vector<std::string_view> elements(members.begin(), members.end());
    AppendSet(out, has_texts ? Type::kStringSet : Type::kNumberSet, elements);
    if (elements.size() == members.size()) return {};
    return InvalidParameter("Input collection [" + given +
                            (has_texts ? "] contains duplicates." : "] contains duplicates! under " + key));
  }

  Cursor& cursor_;
};

}  // namespace

bool StartsLiteral(const Cursor& cursor) {
  const Token& token = cursor.Peek();
  if (token.kind == TokenKind::kString || token.kind == TokenKind::kNumber) return true;
  if (token.IsKeyword("null") || token.IsKeyword("true") || token.IsKeyword("false")) return true;
  return token.Is("-") || token.Is("+") || token.Is("[") || token.Is("{") || token.Is("<<");
}

Result<std::string> ParseLiteral(Cursor& cursor) {
  std::string value;
  TRY_VOID(LiteralParser(cursor).Parse(value, "root", 0));
  return value;
}

Result<std::string> ParseItem(Cursor& cursor) {
  LiteralParser parser(cursor);
  TRY(const auto members, parser.ParseMembers([&](const std::string&) -> Result<std::string> {
    if (cursor.Peek().kind != TokenKind::kParameter) return ParseLiteral(cursor);
    TRY(const ValueView parameter, cursor.TakeParameter());
    return std::string(parameter.bytes());
  }));
  std::string item;
  ItemBuilder builder(item);
  for (const auto& [name, value] : members) builder.Add(name, ValueView::Of(value));
  builder.Finish();
  return item;
}

}  // namespace dynarock::partiql
