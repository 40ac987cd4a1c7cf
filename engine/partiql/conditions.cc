#include "engine/partiql/conditions.h"

#include <algorithm>
#include <array>

#include "engine/base/ascii.h"
#include "engine/base/limits.h"
#include "engine/expression/expression_errors.h"
#include "engine/expression/validator.h"
#include "engine/partiql/function_call.h"
#include "engine/partiql/literals.h"
#include "engine/partiql/statement_errors.h"

namespace dynarock::partiql {
namespace {

Condition MakeTest(Condition::Kind kind, Operand tested) {
  Condition condition;
  condition.kind = kind;
  condition.operands.push_back(std::move(tested));
  return condition;
}

Operand AsOperand(Condition condition) {
  return Operand{Subtree<Condition>(std::move(condition))};
}

Condition Negated(Condition condition) {
  Condition negation;
  negation.kind = Condition::Kind::kNot;
  negation.children.push_back(std::move(condition));
  return negation;
}

ApiError TooManyCandidates(std::size_t count) {
  return ValidationError("The IN operator is provided with too many operands; number of operands: " +
                         std::to_string(count));
}

Result<void> CheckCandidates(const Condition& condition) {
  for (const Condition& child : condition.children) TRY_VOID(CheckCandidates(child));
  for (const Operand& operand : condition.operands) {
    if (operand.condition()) TRY_VOID(CheckCandidates(*operand.condition()));
  }
  if (condition.kind != Condition::Kind::kIn || condition.operands.size() - 1 <= kMaxInOperands) return {};
  return TooManyCandidates(condition.operands.size() - 1);
}

// The types that `IS` can ask for. Source: the PartiQL specification's names of types.
std::optional<std::string_view> TypeAskedFor(std::string_view name) {
  struct Asked {
    std::string_view name, type;
  };
  constexpr Asked kAsked[] = {{"null", "NULL"}, {"boolean", "BOOL"}, {"bool", "BOOL"},
                              {"string", "S"},  {"numeric", "N"},    {"blob", "B"},
                              {"list", "L"},    {"struct", "M"},     {"tuple", "M"}};
  for (const Asked& asked : kAsked) {
    if (asked.name == name) return asked.type;
  }
  return std::nullopt;
}

// The names that the PartiQL grammar has for types. Two of them may have a second word.
constexpr std::array<std::string_view, 38> kTypeNames = {
    "any",      "bag",    "bigint",    "blob",  "bool",    "boolean", "char",  "character", "clob",     "date",
    "decimal",  "double", "float",     "int",   "int2",    "int4",    "int8",  "integer",   "integer2", "integer4",
    "integer8", "list",   "missing",   "null",  "numeric", "real",    "sexp",  "smallint",  "string",   "struct",
    "symbol",   "time",   "timestamp", "tuple", "varchar", "dec",     "graph", "interval"};

// Weakest first: OR, AND, NOT; then = <> IN IS; then < <= > >= BETWEEN. A condition is an operand, too: a BOOL.
class WhereParser {
 public:
  explicit WhereParser(Cursor& cursor) : cursor_(cursor) {}

  Result<Condition> Parse() {
    TRY(Operand operand, ParseOr());
    return ToCondition(std::move(operand));
  }

 private:
  Result<Condition> ToCondition(Operand operand) const {
    if (auto* condition = std::get_if<Subtree<Condition>>(&operand.form)) return std::move(**condition);
    if (operand.call() && operand.call()->function != Function::kSize) {
      return MakeTest(Condition::Kind::kFunction, std::move(operand));
    }
    // Our words: AWS's for an operand that is no condition are not known.
    return ValidationError("Unsupported operand in Condition Expression");
  }

  Result<Operand> ParseOr() { return ParseChain("or", Condition::Kind::kOr, &WhereParser::ParseAnd); }
  Result<Operand> ParseAnd() { return ParseChain("and", Condition::Kind::kAnd, &WhereParser::ParseNot); }

  // A chain in a chain of its kind becomes part of it.
  Result<Operand> ParseChain(std::string_view keyword, Condition::Kind kind, Result<Operand> (WhereParser::*next)()) {
    TRY(Operand first, (this->*next)());
    if (!cursor_.Peek().IsKeyword(keyword)) return first;
    Condition chain;
    chain.kind = kind;
    TRY_VOID(AddLink(chain, std::move(first)));
    while (cursor_.TakeKeyword(keyword)) {
      TRY_VOID(cursor_.CheckHasRightSide());
      TRY(Operand link, (this->*next)());
      TRY_VOID(AddLink(chain, std::move(link)));
    }
    return AsOperand(std::move(chain));
  }

  Result<void> AddLink(Condition& chain, Operand operand) const {
    TRY(Condition link, ToCondition(std::move(operand)));
    if (link.kind != chain.kind) {
      chain.children.push_back(std::move(link));
    } else {
      for (Condition& child : link.children) chain.children.push_back(std::move(child));
    }
    return {};
  }

  Result<Operand> ParseNot() {
    if (!cursor_.TakeKeyword("not")) return ParseEquality();
    TRY_VOID(cursor_.Enter());
    TRY(Operand operand, ParseNot());
    cursor_.Leave();
    TRY(Condition condition, ToCondition(std::move(operand)));
    return AsOperand(Negated(std::move(condition)));
  }

  Result<Operand> ParseEquality() {
    TRY(Operand left, ParseComparison());
    for (;;) {
      if (cursor_.TakeSymbol("=")) {
        TRY(left, ParseRight(std::move(left), Comparator::kEqual, &WhereParser::ParseComparison));
      } else if (cursor_.TakeSymbol("<>") || cursor_.TakeSymbol("!=")) {
        TRY(left, ParseRight(std::move(left), Comparator::kNotEqual, &WhereParser::ParseComparison));
      } else if (cursor_.TakeKeyword("is")) {
        TRY(left, ParseIs(std::move(left)));
      } else if (cursor_.Peek().IsKeyword("in") || IsNegated("in")) {
        const bool is_negated = cursor_.TakeKeyword("not");
        cursor_.Take();
        TRY(Condition in, ParseIn(std::move(left)));
        left = AsOperand(is_negated ? Negated(std::move(in)) : std::move(in));
      } else {
        return left;
      }
    }
  }

  bool IsNegated(std::string_view keyword) const {
    return cursor_.Peek().IsKeyword("not") && cursor_.Peek(1).IsKeyword(keyword);
  }

  Result<Operand> ParseComparison() {
    TRY(Operand left, ParsePrimary());
    for (;;) {
      std::optional<Comparator> comparator;
      for (const Comparator ordered :
           {Comparator::kLess, Comparator::kLessOrEqual, Comparator::kGreater, Comparator::kGreaterOrEqual}) {
        if (!comparator && cursor_.TakeSymbol(ComparatorText(ordered))) comparator = ordered;
      }
      if (comparator) {
        TRY(left, ParseRight(std::move(left), *comparator, &WhereParser::ParsePrimary));
      } else if (cursor_.Peek().IsKeyword("between") || IsNegated("between")) {
        const bool is_negated = cursor_.TakeKeyword("not");
        cursor_.Take();
        TRY(Condition between, ParseBetween(std::move(left)));
        left = AsOperand(is_negated ? Negated(std::move(between)) : std::move(between));
      } else {
        return left;
      }
    }
  }

  // Counts conditions that are compared: `a = b = c = d` nests as parentheses do, without any.
  Result<void> CountNested(const Operand& operand) {
    const bool is_condition = operand.condition() || (operand.call() && operand.call()->function != Function::kSize);
    if (is_condition && ++compared_conditions_ > kMaxCompared) return NotWellFormed("Nested too deeply");
    return {};
  }

  Result<Operand> ParseRight(Operand left, Comparator comparator, Result<Operand> (WhereParser::*next)()) {
    TRY_VOID(cursor_.CheckHasRightSide());
    TRY(Operand right, (this->*next)());
    TRY_VOID(CountNested(left));
    TRY_VOID(CountNested(right));
    Condition comparison = MakeTest(Condition::Kind::kComparison, Comparable(std::move(left)));
    comparison.comparator = comparator;
    comparison.operands.push_back(Comparable(std::move(right)));
    return AsOperand(std::move(comparison));
  }

  // A call that is a condition is compared as a BOOL.
  static Operand Comparable(Operand operand) {
    if (!operand.call() || operand.call()->function == Function::kSize) return operand;
    return AsOperand(MakeTest(Condition::Kind::kFunction, std::move(operand)));
  }

  Result<Condition> ParseBetween(Operand tested) {
    TRY_VOID(CountNested(tested));
    Condition between = MakeTest(Condition::Kind::kBetween, Comparable(std::move(tested)));
    TRY(Operand lower, ParsePrimary());
    between.operands.push_back(Comparable(std::move(lower)));
    TRY_VOID(cursor_.ExpectKeyword("and"));
    TRY(Operand upper, ParsePrimary());
    between.operands.push_back(Comparable(std::move(upper)));
    return between;
  }

  // [a, b], (a, b) or a parameter that is a list.
  Result<Condition> ParseIn(Operand tested) {
    TRY_VOID(CountNested(tested));
    TRY_VOID(cursor_.Enter());
    Condition in = MakeTest(Condition::Kind::kIn, Comparable(std::move(tested)));
    if (cursor_.Peek().kind == TokenKind::kParameter) {
      TRY(const ValueView list, cursor_.TakeParameter());
      TRY_VOID(AddElements(list, in));
    } else {
      const bool in_brackets = cursor_.TakeSymbol("[");
      if (!in_brackets) TRY_VOID(cursor_.Expect("(", "LEFT_PAREN"));
      do {
        TRY(Operand candidate, ParseOr());
        in.operands.push_back(Comparable(std::move(candidate)));
      } while (cursor_.TakeSymbol(","));
      TRY_VOID(in_brackets ? cursor_.Expect("]", "RIGHT_BRACKET") : cursor_.Expect(")", "RIGHT_PAREN"));
    }
    cursor_.Leave();
    return in;
  }

  static Result<void> AddElements(ValueView list, Condition& in) {
    if (list.type() != Type::kList) {
      return errors::OfStatement(errors::OperandType("IN", TypeName(list.type())));
    }
    if (const std::size_t count = ElementCount(list); count > kMaxInOperands) return TooManyCandidates(count);
    ValueView element;
    for (ListReader elements(list.payload()); elements.Next(element);) {
      in.operands.push_back(Operand{ValueOperand{"", element}});
    }
    return {};
  }

  Result<Operand> ParseIs(Operand tested) {
    TRY_VOID(CountNested(tested));
    const bool is_negated = cursor_.TakeKeyword("not");
    TRY(const std::string name, TakeTypeName(cursor_));
    Subtree call{FunctionCall{}};
    if (name == "missing") {
      call->function = Function::kAttributeNotExists;
    } else if (const auto type = TypeAskedFor(name)) {
      call->function = Function::kAttributeType;
      std::string value;
      AppendScalar(value, Type::kString, *type);
      call->arguments.push_back(Operand{ValueOperand{"", cursor_.Keep(std::move(value))}});
    } else {
      // Our words: AWS's for the types that it does not know are not known.
      return ValidationError("Unsupported data type for IS operator: " + name);
    }
    call->name = FunctionText(call->function);
    call->arguments.insert(call->arguments.begin(), std::move(tested));
    Condition test = MakeTest(Condition::Kind::kFunction, Operand{std::move(call)});
    return AsOperand(is_negated ? Negated(std::move(test)) : std::move(test));
  }

  Result<Operand> ParsePrimary() {
    const Token& token = cursor_.Peek();
    if (token.Is("(")) return ParseGroup();
    if (token.kind == TokenKind::kParameter) {
      TRY(const ValueView value, cursor_.TakeParameter());
      return Operand{ValueOperand{"", value}};
    }
    if (StartsLiteral(cursor_)) {
      TRY(std::string value, ParseLiteral(cursor_));
      return Operand{ValueOperand{"", cursor_.Keep(std::move(value))}};
    }
    if (cursor_.StartsCall()) return ParseCall();
    TRY(Path path, cursor_.TakePath(UnexpectedAt(token)));
    return Operand{std::move(path)};
  }

  Result<Operand> ParseGroup() {
    TRY_VOID(cursor_.Enter());
    cursor_.Take();
    TRY(Operand operand, ParseOr());
    TRY_VOID(cursor_.Expect(")", "RIGHT_PAREN"));
    cursor_.Leave();
    return operand;
  }

  Result<Operand> ParseCall() {
    const auto is_known = [](Function function) { return function < Function::kIfNotExists; };
    return TakeCall(cursor_, is_known, [this]() -> Result<Operand> {
      TRY(Operand argument, ParseOr());
      return Comparable(std::move(argument));
    });
  }

  static constexpr int kMaxCompared = 250;

  Cursor& cursor_;
  int compared_conditions_ = 0;
};

}  // namespace

Result<Condition> ParseWhere(Cursor& cursor) {
  return WhereParser(cursor).Parse();
}

Result<std::string> TakeTypeName(Cursor& cursor) {
  std::string name = LowerCase(cursor.Peek().text);
  if (std::find(kTypeNames.begin(), kTypeNames.end(), name) == kTypeNames.end()) {
    return NotWellFormed("Expected type name");
  }
  cursor.Take();
  if (name == "double" && cursor.TakeWord("precision")) name += " precision";
  if (name == "character" && cursor.TakeWord("varying")) name += " varying";
  return name;
}

Result<void> CheckWhere(const Condition& where) {
  TRY_VOID(CheckCandidates(where));
  if (auto checked = CheckBoundCondition(where); !checked) return ValidationError(std::move(checked.error().message));
  return {};
}

}  // namespace dynarock::partiql
