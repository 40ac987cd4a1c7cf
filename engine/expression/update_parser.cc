// The grammar and the static rules of UpdateExpression.
#include <array>

#include "engine/expression/expression_errors.h"
#include "engine/expression/parse_cache.h"
#include "engine/expression/update.h"
#include "engine/expression/validator.h"

namespace dynarock {
namespace {

constexpr std::array<std::string_view, 4> kSections = {"SET", "REMOVE", "ADD", "DELETE"};  // as UpdateAction::Kind

struct ParsedUpdate {
  Update update;
  std::string repeated_section;  // the first that stands twice
};

class UpdateParser {
 public:
  explicit UpdateParser(TokenCursor cursor) : cursor_(std::move(cursor)) {}

  Result<ParsedUpdate> Parse() {
    std::array<bool, kSections.size()> seen{};
    do {
      TRY(const UpdateAction::Kind kind, TakeSection());
      const auto section = static_cast<std::size_t>(kind);
      if (seen[section] && parsed_.repeated_section.empty()) parsed_.repeated_section = kSections[section];
      seen[section] = true;
      do {
        TRY_VOID(ParseAction(kind));
      } while (cursor_.TakeSymbol(","));
    } while (cursor_.Peek().kind != TokenKind::kEnd);
    TRY_VOID(cursor_.CheckOperatorCount());
    return std::move(parsed_);
  }

 private:
  Result<UpdateAction::Kind> TakeSection() {
    for (std::size_t i = 0; i < kSections.size(); ++i) {
      if (cursor_.TakeKeyword(kSections[i])) return static_cast<UpdateAction::Kind>(i);
    }
    return cursor_.SyntaxError();
  }

  Result<void> ParseAction(UpdateAction::Kind kind) {
    UpdateAction action;
    action.kind = kind;
    TRY(action.path, TakePath());
    TRY_VOID(cursor_.CountOperator());
    if (kind == UpdateAction::Kind::kSet) {
      TRY_VOID(cursor_.Expect("="));
      TRY(action.value, ParseSetValue());
    } else if (kind != UpdateAction::Kind::kRemove) {
      if (cursor_.Peek().kind != TokenKind::kValuePlaceholder) return cursor_.SyntaxError();
      action.operand.name = cursor_.Take().text;
    }
    parsed_.update.actions.push_back(std::move(action));
    return {};
  }

  // Names of sections start no path.
  Result<Path> TakePath() {
    for (const std::string_view section : kSections) {
      if (cursor_.Peek().IsKeyword(section)) return cursor_.SyntaxError();
    }
    return cursor_.TakePath();
  }

  Result<SetValue> ParseSetValue() {
    // Parentheses may stand around the whole value or around one operand of it.
    if (cursor_.Peek().Is("(") && depth_ == 0) {
      ++depth_;
      cursor_.Take();
      TRY(SetValue inner, ParseSetValue());
      TRY_VOID(cursor_.Expect(")"));
      --depth_;
      if (inner.right) return inner;
      return ParseArithmetic(std::move(inner.left));
    }
    TRY(Operand left, ParseOperand());
    return ParseArithmetic(std::move(left));
  }

  Result<SetValue> ParseArithmetic(Operand left) {
    SetValue value;
    value.left = std::move(left);
    if (cursor_.TakeSymbol("+")) {
      value.arithmetic = SetValue::Arithmetic::kPlus;
    } else if (cursor_.TakeSymbol("-")) {
      value.arithmetic = SetValue::Arithmetic::kMinus;
    } else {
      return value;
    }
    TRY_VOID(cursor_.CountOperator());
    TRY(value.right, ParseOperand());
    return value;
  }

  Result<Operand> ParseOperand() {
    if (cursor_.TakeSymbol("(")) {
      if (++depth_ > kMaxDepth) return cursor_.SyntaxError();
      TRY(Operand operand, ParseOperand());
      TRY_VOID(cursor_.Expect(")"));
      --depth_;
      return operand;
    }
    if (cursor_.Peek().kind == TokenKind::kValuePlaceholder) {
      return Operand{ValueOperand{std::string(cursor_.Take().text), {}}};
    }
    if (cursor_.Peek().kind == TokenKind::kIdentifier && cursor_.Peek(1).Is("(")) return ParseCall();
    TRY(Path path, TakePath());
    return Operand{std::move(path)};
  }

  Result<Operand> ParseCall() {
    if (++depth_ > kMaxDepth) return cursor_.SyntaxError();
    TRY_VOID(cursor_.CountOperator());
    Subtree call{FunctionCall{}};
    call->name = cursor_.Take().text;
    call->function = FunctionNamed(call->name);
    TRY_VOID(cursor_.Expect("("));
    do {
      TRY(Operand argument, ParseOperand());
      call->arguments.push_back(std::move(argument));
    } while (cursor_.TakeSymbol(","));
    TRY_VOID(cursor_.Expect(")"));
    --depth_;
    return Operand{std::move(call)};
  }

  static constexpr int kMaxDepth = 310;  // deeper ones have over 300 operators or only parentheses

  TokenCursor cursor_;
  ParsedUpdate parsed_;
  int depth_ = 0;
};

// Calls `check` on each operand of a SET value, from the left and from the inside.
template <class Check>
Result<void> ForEachOperand(const Operand& operand, Check check) {
  if (const FunctionCall* call = operand.call()) {
    for (const Operand& argument : call->arguments) TRY_VOID(ForEachOperand(argument, check));
  }
  return check(operand);
}

template <class Check>
Result<void> ForEachOperand(const Update& update, Check check) {
  for (const UpdateAction& action : update.actions) {
    if (action.kind != UpdateAction::Kind::kSet) continue;
    TRY_VOID(ForEachOperand(action.value.left, check));
    if (action.value.right) TRY_VOID(ForEachOperand(*action.value.right, check));
  }
  return {};
}

bool IsUpdateFunction(Function function) {
  return function == Function::kIfNotExists || function == Function::kListAppend;
}

Result<void> CheckFunctionName(const Operand& operand) {
  const FunctionCall* call = operand.call();
  if (!call || IsUpdateFunction(call->function)) return {};
  if (call->function == Function::kUnknown) return errors::UnknownFunction(*call);
  return RequestError("The function is not allowed in an update expression; function: " + call->name);
}

// Observed: conformance/cases/expressions/nested_functions.case
Result<void> CheckFunctionUse(const Operand& operand) {
  const FunctionCall* call = operand.call();
  if (!call || call->function != Function::kListAppend) return {};
  for (const Operand& argument : call->arguments) {
    if (argument.call() && argument.call()->function == Function::kListAppend) return MisusedFunction(*call);
  }
  return {};
}

Result<void> BindNames(Bound<Update>& update, Binder& binder) {
  for (const UpdateAction& action : update.tree().actions) {
    TRY_VOID(binder.Bind(action.path, update.bindings()));
  }
  return ForEachOperand(update.tree(), [&](const Operand& operand) {
    return operand.path() ? binder.Bind(*operand.path(), update.bindings()) : Result<void>();
  });
}

Result<void> BindValues(Bound<Update>& update, Binder& binder) {
  for (const UpdateAction& action : update.tree().actions) {
    if (!action.operand.name.empty()) TRY_VOID(binder.Bind(action.operand, update.bindings()));
  }
  return ForEachOperand(update.tree(), [&](const Operand& operand) {
    return operand.value() ? binder.Bind(*operand.value(), update.bindings()) : Result<void>();
  });
}

std::string_view LongTypeName(Type type) {
  switch (type) {
    case Type::kString:
      return "STRING";
    case Type::kNumber:
      return "NUMBER";
    case Type::kBinary:
      return "BINARY";
    case Type::kNull:
      return "NULL";
    case Type::kBool:
      return "BOOLEAN";
    case Type::kList:
      return "LIST";
    case Type::kMap:
      return "MAP";
    default:
      return "SET";
  }
}

// The newer layer has one set of types for both, and another name for booleans.
// Observed: conformance/cases/updates/errors.case
ApiError WrongOperandOf(const std::string& action, Type type) {
  const std::string name(LongTypeName(type));
  return WithFacts(
      RequestError("Incorrect operand type for operator or function; operator: " + action +
                   ", operand type: " + (type == Type::kBool ? "BOOL" : name) + ", typeSet: ALLOWED_FOR_ADD_OPERAND"),
      {.detail = ErrorDetail::kUpdateOperandType, .fields = {action}, .value = name});
}

Result<void> CheckAddAndDelete(const Update& update, const Bindings& bindings) {
  for (const UpdateAction& action : update.actions) {
    if (action.kind != UpdateAction::Kind::kAdd && action.kind != UpdateAction::Kind::kDelete) continue;
    const bool is_add = action.kind == UpdateAction::Kind::kAdd;
    const Type type = bindings.Of(action.operand).type();
    if (IsSet(type) || (is_add && type == Type::kNumber)) continue;
    return WrongOperandOf(is_add ? "ADD" : "DELETE", type);
  }
  return {};
}

// Literals must have `wanted`; what a path holds is only known with the item.
Result<void> CheckLiteral(std::string_view name, const Operand& operand, const Bindings& bindings, Type wanted) {
  if (operand.value()) {
    const Type type = bindings.Of(*operand.value()).type();
    if (type != wanted) return errors::OperandType(name, TypeName(type));
  }
  const FunctionCall* call = operand.call();
  if (call && call->function == Function::kListAppend && wanted != Type::kList) {
    return errors::OperandType(name, TypeName(Type::kList));
  }
  return {};
}

Result<void> CheckCall(const Operand& operand, const Bindings& bindings) {
  const FunctionCall* call = operand.call();
  if (!call) return {};
  if (call->arguments.size() != 2) {
    return errors::OperandCount(call->name, call->arguments.size());
  }
  if (call->function == Function::kIfNotExists) {
    if (call->arguments[0].path()) return {};
    return errors::PathRequired(*call);
  }
  for (const Operand& argument : call->arguments) TRY_VOID(CheckLiteral(call->name, argument, bindings, Type::kList));
  return {};
}

Result<void> CheckArithmetic(const Update& update, const Bindings& bindings) {
  for (const UpdateAction& action : update.actions) {
    if (action.kind != UpdateAction::Kind::kSet || !action.value.right) continue;
    const std::string_view name = action.value.arithmetic == SetValue::Arithmetic::kPlus ? "+" : "-";
    TRY_VOID(CheckLiteral(name, action.value.left, bindings, Type::kNumber));
    TRY_VOID(CheckLiteral(name, *action.value.right, bindings, Type::kNumber));
  }
  return {};
}

// What can be told without names and values, in AWS's order.
Result<void> CheckParsed(const ParsedUpdate& parsed) {
  const Update& update = parsed.update;
  for (const UpdateAction& action : update.actions) TRY_VOID(CheckReservedWords(action.path));
  TRY_VOID(ForEachOperand(update, [](const Operand& operand) -> Result<void> {
    return operand.path() ? CheckReservedWords(*operand.path()) : Result<void>();
  }));
  TRY_VOID(ForEachOperand(update, [](const Operand& operand) { return CheckFunctionName(operand); }));
  TRY_VOID(ForEachOperand(update, [](const Operand& operand) { return CheckFunctionUse(operand); }));
  if (parsed.repeated_section.empty()) return {};
  return RequestError("The \"" + parsed.repeated_section + "\" section can only be used once in an update expression;");
}

Slots AddSlots(Update& update) {
  Slots slots;
  for (UpdateAction& action : update.actions) {
    AddSlots(action.path, slots);
    AddSlots(action.operand, slots);
    AddSlots(action.value.left, slots);
    if (action.value.right) AddSlots(*action.value.right, slots);
  }
  return slots;
}

Result<ParsedTree<Update>> ParseAndCheck(std::string_view expression) {
  TRY(TokenCursor cursor, TokenCursor::Open(expression));
  TRY(ParsedUpdate parsed, UpdateParser(std::move(cursor)).Parse());
  TRY_VOID(CheckParsed(parsed));
  const Slots slots = AddSlots(parsed.update);
  return ParsedTree<Update>{std::move(parsed.update), slots};
}

}  // namespace

Result<void> CheckBoundUpdate(const Update& update, const Bindings& bindings) {
  if (update.actions.size() > 1) {
    std::vector<const Path*> paths;
    for (const UpdateAction& action : update.actions) paths.push_back(&bindings.Of(action.path));
    TRY_VOID(CheckOverlaps(paths));
  }
  TRY_VOID(CheckAddAndDelete(update, bindings));
  TRY_VOID(ForEachOperand(update, [&](const Operand& operand) { return CheckCall(operand, bindings); }));
  return CheckArithmetic(update, bindings);
}

Result<Bound<Update>> CompileUpdate(std::string_view expression, Binder& binder) {
  thread_local ParseCache<ParsedTree<Update>> cache;
  TRY(auto parsed, cache.Get(expression, ParseAndCheck));
  Bound<Update> update(std::move(parsed));
  TRY_VOID(BindNames(update, binder));
  TRY_VOID(BindValues(update, binder));
  TRY_VOID(CheckBoundUpdate(update.tree(), update.bindings()));
  return update;
}

}  // namespace dynarock
