#include "engine/expression/parser.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/base/limits.h"
#include "engine/expression/expression_errors.h"

namespace dynarock {

namespace {

// Observed: conformance/cases/expressions/path_depth.case
Result<void> CheckDepth(const Path& path) {
  const std::size_t levels = path.steps.size() + 1;
  if (levels <= kMaxNesting) return {};
  return RequestError("The document path has too many nesting levels; nesting levels: " + std::to_string(levels));
}

}  // namespace

Result<TokenCursor> TokenCursor::Open(std::string_view expression) {
  if (expression.empty()) return RequestError("The expression can not be empty;");
  if (expression.size() > kMaxExpressionSize) {
    return RequestError("Expression size has exceeded the maximum allowed size;");
  }
  TokenCursor cursor;
  cursor.expression_ = expression;
  TRY(cursor.tokens_, Tokenize(expression));
  return cursor;
}

bool TokenCursor::TakeSymbol(std::string_view symbol) {
  if (!Peek().Is(symbol)) return false;
  ++pos_;
  return true;
}

bool TokenCursor::TakeKeyword(std::string_view upper_case) {
  if (!Peek().IsKeyword(upper_case)) return false;
  ++pos_;
  return true;
}

Result<void> TokenCursor::Expect(std::string_view symbol) {
  if (!TakeSymbol(symbol)) return SyntaxError();
  return {};
}

Result<Path> TokenCursor::TakePath() {
  const Token& head = Peek();
  if (head.kind != TokenKind::kIdentifier && head.kind != TokenKind::kNamePlaceholder) return SyntaxError();
  Path path;
  path.attribute = Take().text;
  TRY_VOID(TakeSteps(path));
  return path;
}

Result<void> TokenCursor::TakeSteps(Path& path) {
  for (;;) {
    if (TakeSymbol(".")) {
      const Token& name = Peek();
      if (name.kind != TokenKind::kIdentifier && name.kind != TokenKind::kNamePlaceholder) return SyntaxError();
      path.steps.emplace_back(std::string(Take().text));
    } else if (TakeSymbol("[")) {
      if (Peek().kind != TokenKind::kInteger) return SyntaxError();
      const std::string_view digits = Take().text;
      std::size_t index = 0;
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), index);
      // Observed: conformance/cases/expressions/list_indexes.case
      if (digits.size() > 1 && digits[0] == '0') {
        return RequestError("Syntax error; token: \"0\", near: \"" + std::string(digits.substr(0, 3)) + "\"");
      }
      constexpr std::size_t kMaxIndex = 4294967294;
      if (parsed.ec != std::errc() || index > kMaxIndex) {
        return RequestError("List index is not within the allowable range; index: [" + std::string(digits) + "]");
      }
      path.steps.emplace_back(index);
      TRY_VOID(Expect("]"));
    } else {
      return CheckDepth(path);
    }
  }
}

Result<void> TokenCursor::CountOperator() {
  ++operators_;
  return {};
}

Result<void> TokenCursor::CheckOperatorCount() const {
  if (operators_ <= kMaxOperators) return {};
  return RequestError("The expression contains too many operators; operator count: " + std::to_string(operators_));
}

namespace {

// What a parenthesis can hold: a condition, or an operand that becomes part of one.
struct Term {
  std::optional<Condition> condition;
  std::optional<Operand> operand;
  bool in_parentheses = false;
};

class ConditionParser {
 public:
  explicit ConditionParser(TokenCursor cursor) : cursor_(std::move(cursor)) {}

  Result<ParsedCondition> Parse() {
    TRY(Term term, ParseOr());
    TRY(Condition root, ToCondition(std::move(term)));
    if (cursor_.Peek().kind != TokenKind::kEnd) return cursor_.SyntaxError();
    TRY_VOID(cursor_.CheckOperatorCount());
    return ParsedCondition{std::move(root), redundant_parentheses_};
  }

 private:
  // Deeper nesting has over 300 operators or redundant parentheses; recursion stays far from the end of the stack.
  static constexpr int kMaxDepth = 310;

  ApiError TooDeep() const {
    if (auto counted = cursor_.CheckOperatorCount(); !counted) return counted.error();
    return errors::RedundantParentheses();
  }

  Result<Condition> ToCondition(Term term) {
    if (term.condition) return std::move(*term.condition);
    if (!term.operand->call()) return cursor_.SyntaxError();
    Condition condition;
    condition.kind = Condition::Kind::kFunction;
    condition.operands.push_back(std::move(*term.operand));
    return condition;
  }

  Result<Term> ParseOr() { return ParseChain("OR", Condition::Kind::kOr, &ConditionParser::ParseAnd); }
  Result<Term> ParseAnd() { return ParseChain("AND", Condition::Kind::kAnd, &ConditionParser::ParseNot); }

  Result<Term> ParseChain(std::string_view keyword, Condition::Kind kind, Result<Term> (ConditionParser::*next)()) {
    TRY(Term first, (this->*next)());
    if (!cursor_.Peek().IsKeyword(keyword)) return first;
    Condition chain;
    chain.kind = kind;
    TRY(Condition head, ToCondition(std::move(first)));
    chain.children.push_back(std::move(head));
    while (cursor_.TakeKeyword(keyword)) {
      TRY_VOID(cursor_.CountOperator());
      TRY(Term term, (this->*next)());
      TRY(Condition child, ToCondition(std::move(term)));
      chain.children.push_back(std::move(child));
    }
    return Term{std::move(chain), {}, false};
  }

  Result<Term> ParseNot() {
    if (!cursor_.TakeKeyword("NOT")) return ParseTest();
    TRY_VOID(cursor_.CountOperator());
    const DepthGuard guard(depth_);
    if (depth_ > kMaxDepth) return TooDeep();
    TRY(Term term, ParseNot());
    Condition negation;
    negation.kind = Condition::Kind::kNot;
    TRY(Condition child, ToCondition(std::move(term)));
    negation.children.push_back(std::move(child));
    return Term{std::move(negation), {}, false};
  }

  // A condition in parentheses, or an operand with what is asked of it.
  Result<Term> ParseTest() {
    TRY(Term term, ParseTerm());
    if (term.condition) return term;
    if (const auto comparator = TakeComparator()) {
      TRY_VOID(cursor_.CountOperator());
      Condition comparison;
      comparison.kind = Condition::Kind::kComparison;
      comparison.comparator = *comparator;
      comparison.operands.push_back(std::move(*term.operand));
      TRY_VOID(PushOperand(comparison.operands));
      return Term{std::move(comparison), {}, false};
    }
    if (cursor_.TakeKeyword("BETWEEN")) return ParseBetween(std::move(*term.operand));
    if (cursor_.TakeKeyword("IN")) return ParseIn(std::move(*term.operand));
    return term;
  }

  Result<Term> ParseBetween(Operand tested) {
    TRY_VOID(cursor_.CountOperator());
    Condition between;
    between.kind = Condition::Kind::kBetween;
    between.operands.push_back(std::move(tested));
    TRY_VOID(PushOperand(between.operands));
    if (!cursor_.TakeKeyword("AND")) return cursor_.SyntaxError();
    TRY_VOID(PushOperand(between.operands));
    return Term{std::move(between), {}, false};
  }

  Result<Term> ParseIn(Operand tested) {
    TRY_VOID(cursor_.CountOperator());
    Condition in;
    in.kind = Condition::Kind::kIn;
    in.operands.push_back(std::move(tested));
    TRY_VOID(cursor_.Expect("("));
    do {
      TRY_VOID(PushOperand(in.operands));
    } while (cursor_.TakeSymbol(","));
    TRY_VOID(cursor_.Expect(")"));
    return Term{std::move(in), {}, false};
  }

  std::optional<Comparator> TakeComparator() {
    for (const Comparator comparator : {Comparator::kEqual, Comparator::kNotEqual, Comparator::kLess,
                                        Comparator::kLessOrEqual, Comparator::kGreater, Comparator::kGreaterOrEqual}) {
      if (cursor_.TakeSymbol(ComparatorText(comparator))) return comparator;
    }
    return std::nullopt;
  }

  Result<void> PushOperand(std::vector<Operand>& operands) {
    TRY(Term term, ParseTerm());
    if (!term.operand) return cursor_.SyntaxError();
    operands.push_back(std::move(*term.operand));
    return {};
  }

  Result<Term> ParseTerm() {
    if (!cursor_.TakeSymbol("(")) {
      TRY(Operand operand, ParseOperand());
      return Term{{}, std::move(operand), false};
    }
    const DepthGuard guard(depth_);
    if (depth_ > kMaxDepth) return TooDeep();
    TRY(Term term, ParseOr());
    TRY_VOID(cursor_.Expect(")"));
    if (term.in_parentheses) redundant_parentheses_ = true;
    term.in_parentheses = true;
    if (term.operand && term.operand->path()) {
      TRY_VOID(cursor_.TakeSteps(std::get<PathOperand>(term.operand->form)));
    }
    return term;
  }

  Result<Operand> ParseOperand() {
    const Token& token = cursor_.Peek();
    if (token.kind == TokenKind::kValuePlaceholder) {
      return Operand{ValueOperand{std::string(cursor_.Take().text), {}}};
    }
    for (const std::string_view keyword : {"AND", "OR", "NOT", "BETWEEN", "IN"}) {
      if (token.IsKeyword(keyword)) return cursor_.SyntaxError();
    }
    if (token.kind == TokenKind::kIdentifier && cursor_.Peek(1).Is("(")) return ParseCall();
    TRY(Path path, cursor_.TakePath());
    return Operand{std::move(path)};
  }

  Result<Operand> ParseCall() {
    const DepthGuard guard(depth_);
    if (depth_ > kMaxDepth) return TooDeep();
    TRY_VOID(cursor_.CountOperator());
    Subtree call{FunctionCall{}};
    call->name = cursor_.Take().text;
    call->function = FunctionNamed(call->name);
    TRY_VOID(cursor_.Expect("("));
    do {
      TRY_VOID(PushOperand(call->arguments));
    } while (cursor_.TakeSymbol(","));
    TRY_VOID(cursor_.Expect(")"));
    return Operand{std::move(call)};
  }

  struct DepthGuard {
    explicit DepthGuard(int& depth) : depth_(depth) { ++depth_; }
    ~DepthGuard() { --depth_; }
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;
    int& depth_;
  };

  TokenCursor cursor_;
  bool redundant_parentheses_ = false;
  int depth_ = 0;
};

}  // namespace

Result<ParsedCondition> ParseCondition(std::string_view expression) {
  TRY(TokenCursor cursor, TokenCursor::Open(expression));
  return ConditionParser(std::move(cursor)).Parse();
}

Result<std::vector<Path>> ParseProjection(std::string_view expression) {
  TRY(TokenCursor cursor, TokenCursor::Open(expression));
  std::vector<Path> paths;
  do {
    TRY(Path path, cursor.TakePath());
    paths.push_back(std::move(path));
  } while (cursor.TakeSymbol(","));
  if (cursor.Peek().kind != TokenKind::kEnd) return cursor.SyntaxError();
  return paths;
}

}  // namespace dynarock
