#include "engine/partiql/update_clauses.h"

#include "engine/base/ascii.h"
#include "engine/partiql/function_call.h"
#include "engine/partiql/literals.h"

namespace dynarock::partiql {
namespace {

constexpr std::string_view kNoSimplePath = "Expected identifier for simple path";

class ClauseParser {
 public:
  explicit ClauseParser(Cursor& cursor) : cursor_(cursor) {}

  Result<Update> Parse() {
    Update update;
    while (cursor_.Peek().IsKeyword("set") || cursor_.Peek().IsKeyword("remove")) {
      if (cursor_.TakeKeyword("remove")) {
        UpdateAction& action = update.actions.emplace_back();
        action.kind = UpdateAction::Kind::kRemove;
        TRY(action.path, cursor_.TakePath(kNoSimplePath));
        continue;
      }
      cursor_.Take();
      do {
        TRY(UpdateAction action, ParseAssignment());
        update.actions.push_back(std::move(action));
      } while (cursor_.TakeSymbol(","));
    }
    if (update.actions.empty()) return NotWellFormed("Expected data manipulation");
    if (Result<void> checked = CheckBoundUpdate(update); !checked) {
      return ValidationError(std::move(checked.error().message));
    }
    return update;
  }

 private:
  Result<UpdateAction> ParseAssignment() {
    UpdateAction action;
    TRY(action.path, cursor_.TakePath(kNoSimplePath));
    if (!cursor_.TakeSymbol("=")) return NotWellFormed("Expected '='");
    if (cursor_.StartsCall()) {
      const std::string function = LowerCase(cursor_.Peek().value);
      if (function == "set_add" || function == "set_delete") {
        action.kind = function == "set_add" ? UpdateAction::Kind::kAdd : UpdateAction::Kind::kDelete;
        TRY_VOID(ParseSetChange(action));
        return action;
      }
    }
    TRY(action.value.left, ParseOperand());
    if (cursor_.TakeSymbol("+")) {
      action.value.arithmetic = SetValue::Arithmetic::kPlus;
    } else if (cursor_.TakeSymbol("-")) {
      action.value.arithmetic = SetValue::Arithmetic::kMinus;
    } else {
      return action;
    }
    TRY(action.value.right, ParseOperand());
    return action;
  }

  // set_add(path, <<...>>), whose path is the one that is set. Observed: conformance/cases/partiql/set_functions.case
  Result<void> ParseSetChange(UpdateAction& action) {
    const Token& name = cursor_.Take();
    const std::string function = action.kind == UpdateAction::Kind::kAdd ? "SET_ADD" : "SET_DELETE";
    const Token& first_token = cursor_.Peek(1);
    TRY(const std::vector<Operand> arguments, TakeArguments(cursor_, [this] { return ParseOperand(); }));
    if (arguments.size() != 2) {
      return ValidationError(function + " must have exactly two arguments" + cursor_.Place(name));
    }
    if (!arguments[0].path() || !(*arguments[0].path() == action.path)) {
      return ValidationError("The first argument to " + function + " must equal the assignment value" +
                             cursor_.Place(name));
    }
    const ValueOperand* set = arguments[1].value();
    if (!set || !IsSet(set->value.type())) {
      return ValidationError("The second argument to " + function + " must be a value with type SET" +
                             cursor_.Place(first_token));
    }
    action.operand = *set;
    return {};
  }

  Result<Operand> ParseOperand() {
    if (cursor_.Peek().Is("(")) {
      TRY_VOID(cursor_.Enter());
      cursor_.Take();
      TRY(Operand operand, ParseOperand());
      TRY_VOID(cursor_.Expect(")", "RIGHT_PAREN"));
      cursor_.Leave();
      return operand;
    }
    if (cursor_.Peek().kind == TokenKind::kParameter) {
      TRY(const ValueView value, cursor_.TakeParameter());
      return Operand{ValueOperand{"", value}};
    }
    if (StartsLiteral(cursor_)) {
      TRY(std::string value, ParseLiteral(cursor_));
      return Operand{ValueOperand{"", cursor_.Keep(std::move(value))}};
    }
    if (cursor_.StartsCall()) return ParseListAppend();
    TRY(Path path, cursor_.TakePath(UnexpectedAt(cursor_.Peek())));
    return Operand{std::move(path)};
  }

  Result<Operand> ParseListAppend() {
    const auto is_known = [](Function function) { return function == Function::kListAppend; };
    return TakeCall(cursor_, is_known, [this] { return ParseOperand(); });
  }

  Cursor& cursor_;
};

}  // namespace

Result<Update> ParseUpdateClauses(Cursor& cursor) {
  return ClauseParser(cursor).Parse();
}

}  // namespace dynarock::partiql
