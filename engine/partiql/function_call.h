// A function's name with its arguments in parentheses, wherever a statement has one.
#pragma once

#include <vector>

#include "engine/base/ascii.h"
#include "engine/expression/ast.h"
#include "engine/partiql/cursor.h"

namespace dynarock::partiql {

// "(argument, ...)", which is next; none may stand between the parentheses. `parse` gives the Result<Operand> of each.
template <class Parse>
Result<std::vector<Operand>> TakeArguments(Cursor& cursor, Parse parse) {
  std::vector<Operand> arguments;
  TRY_VOID(cursor.Expect("(", "LEFT_PAREN"));
  if (cursor.TakeSymbol(")")) return arguments;
  do {
    TRY(Operand argument, parse());
    arguments.push_back(std::move(argument));
  } while (cursor.TakeSymbol(","));
  TRY_VOID(cursor.Expect(")", "RIGHT_PAREN"));
  return arguments;
}

// Names of functions match in any letter case. Requires: cursor.StartsCall().
// Errors: a function for which `is_known(function)` is false.
template <class IsKnown, class Parse>
Result<Operand> TakeCall(Cursor& cursor, IsKnown is_known, Parse parse) {
  TRY_VOID(cursor.Enter());
  const Token& name = cursor.Take();
  Subtree call{FunctionCall{}};
  call->name = LowerCase(name.value);
  call->function = FunctionNamed(call->name);
  if (!is_known(call->function)) {
    return ValidationError("Unrecognized function: " + call->name + cursor.Place(name));
  }
  TRY(call->arguments, TakeArguments(cursor, parse));
  cursor.Leave();
  return Operand{std::move(call)};
}

}  // namespace dynarock::partiql
