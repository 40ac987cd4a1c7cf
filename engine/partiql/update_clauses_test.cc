#include "engine/partiql/update_clauses.h"

#include <gtest/gtest.h>

#include "engine/item/test_items.h"
#include "engine/partiql/tree_text.h"

namespace dynarock::partiql {
namespace {

std::string ActionText(const UpdateAction& action) {
  const std::string path = PathTreeText(action.path);
  switch (action.kind) {
    case UpdateAction::Kind::kRemove:
      return "remove " + path;
    case UpdateAction::Kind::kAdd:
      return "add " + path + " " + ValueTreeText(action.operand.value);
    case UpdateAction::Kind::kDelete:
      return "delete " + path + " " + ValueTreeText(action.operand.value);
    case UpdateAction::Kind::kSet:
      break;
  }
  std::string text = "set " + path + " = " + TreeText(action.value.left);
  if (action.value.arithmetic == SetValue::Arithmetic::kPlus) text += " + " + TreeText(*action.value.right);
  if (action.value.arithmetic == SetValue::Arithmetic::kMinus) text += " - " + TreeText(*action.value.right);
  return text;
}

// The actions with "; " in between, or the error.
std::string Clauses(std::string_view text) {
  const std::vector<EncodedValue> parameters = {{NumberValue(7), {}}};
  auto cursor = Cursor::Open(text, parameters);
  if (!cursor) return cursor.error().message;
  const Result<Update> update = ParseUpdateClauses(*cursor);
  if (!update) return update.error().message;
  return Joined(update->actions, "; ", ActionText) +
         (cursor->Peek().kind == TokenKind::kEnd ? "" : " rest: " + std::string(cursor->Peek().text));
}

TEST(PartiqlUpdateClauses, AreActions) {
  const std::pair<const char*, const char*> actions[] = {
      {"set a = 1", "set a = 1"},
      {"SET a = 1, b = 'x' SET c[0].d = b", "set a = 1; set b = 'x'; set c[0].d = b"},
      {"set a = b + ? remove c.d", "set a = b + 7; remove c.d"},
      {"set a = 1 - (b)", "set a = 1 - b"},
      {"set a = List_Append(b, [1])", "set a = list_append(b, L)"},
      {"set a = set_add(a, <<1>>)", "add a NS"},
      {"set a.b = SET_DELETE(a.b, <<'x'>>)", "delete a.b SS"},
      {"remove a remove b", "remove a; remove b"},
      {"set a = 1 where b = 2", "set a = 1 rest: where"},
  };
  for (const auto& [text, shown] : actions) EXPECT_EQ(Clauses(text), shown) << text;
}

TEST(PartiqlUpdateClauses, RefuseOtherTexts) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "Expected data manipulation"},
      {"where a = 1", "Expected data manipulation"},
      {"set", "Expected identifier for simple path"},
      {"set 1 = a", "Expected identifier for simple path"},
      {"remove", "Expected identifier for simple path"},
      {"remove 'a'", "Expected identifier for simple path"},
      {"set a", "Expected '='"},
      {"set a : 1", "Expected '='"},
      {"set a =", "Unexpected term"},
      {"set a = and", "Unexpected operator"},
      {"set a = 1 +", "Unexpected term"},
      {"set a = (b", "Expected RIGHT_PAREN"},
      {"set a = size(b)", "Unrecognized function: size at 1:9:4"},
      {"set a = if_not_exists(a, 1)", "Unrecognized function: if_not_exists"},
      {"set a = list_append(b", "Expected RIGHT_PAREN"},
      {"set a = list_append(b)", "Incorrect number of operands"},
      {"set a = set_add(a)", "SET_ADD must have exactly two arguments at 1:9:7"},
      {"set a = set_add()", "SET_ADD must have exactly two arguments"},
      {"set a = set_delete(b, <<1>>)", "The first argument to SET_DELETE must equal the assignment value"},
      {"set a = set_add(a, 1)", "The second argument to SET_ADD must be a value with type SET at 1:17:1"},
      {"set a = set_add(a, <<1>>", "Expected RIGHT_PAREN"},
      {"set a = 1, a = 2", "Two document paths overlap"},
      {"set a = 1 remove a.b", "Two document paths overlap"},
      {"set a = 'x' + 1", "Incorrect operand type"},
      {"set a = ? + ?", "Number of parameters in request and statement don't match."},
  };
  for (const auto& [text, message] : wrong) {
    EXPECT_NE(Clauses(text).find(message), std::string::npos) << text << ": " << Clauses(text);
  }
}

}  // namespace
}  // namespace dynarock::partiql
