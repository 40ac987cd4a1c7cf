// The one item that a statement names, and the write that it is.
#include <map>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/partiql/key_tests.h"
#include "engine/partiql/planner.h"

namespace dynarock::partiql {
namespace {

std::vector<Condition> Conjuncts(std::optional<Condition> where) {
  std::vector<Condition> conjuncts;
  if (!where) return conjuncts;
  if (where->kind == Condition::Kind::kAnd) return std::move(where->children);
  conjuncts.push_back(std::move(*where));
  return conjuncts;
}

std::optional<Condition> Join(Condition::Kind kind, std::vector<Condition> conditions) {
  if (conditions.empty()) return std::nullopt;
  if (conditions.size() == 1) return std::move(conditions[0]);
  Condition joined;
  joined.kind = kind;
  joined.children = std::move(conditions);
  return joined;
}

// attribute_exists or attribute_not_exists of the partition key: whether there is an item.
Condition ItemTest(const Table& table, Function function) {
  Subtree call{FunctionCall{}};
  call->function = function;
  call->arguments.push_back(Operand{Path{table.keys().partition[0].name, {}}});
  Condition test;
  test.operands.push_back(Operand{std::move(call)});
  return test;
}

Condition JoinTwo(Condition::Kind kind, Condition first, std::optional<Condition> second) {
  std::vector<Condition> both;
  both.push_back(std::move(first));
  if (second) both.push_back(std::move(*second));
  return std::move(*Join(kind, std::move(both)));
}

}  // namespace

NamedItem NameItem(const Table& table, std::optional<Condition> where, SingleIn single_in) {
  NamedItem named;
  std::map<std::string, ValueView> values;
  std::vector<Condition> rest;
  for (Condition& conjunct : Conjuncts(std::move(where))) {
    const auto equality = KeyTestOf(conjunct, 0);
    const bool is_in = conjunct.kind == Condition::Kind::kIn;
    const bool counts = !is_in || (single_in == SingleIn::kIsEquality && conjunct.operands.size() == 2);
    if (!equality || equality->op != KeyOperator::kEqual || !counts || !table.keys().Find(equality->attribute)) {
      rest.push_back(std::move(conjunct));
      continue;
    }
    const auto [first, is_new] = values.emplace(equality->attribute, equality->value);
    if (is_new || first->second == equality->value) continue;
    if (!named.contradicted) named.contradicted = equality->attribute;
    rest.push_back(std::move(conjunct));
  }
  named.is_complete = values.size() == table.keys().size();
  ItemBuilder builder(named.key);
  for (const auto& [name, value] : values) builder.Add(name, value);
  builder.Finish();
  named.rest = Join(Condition::Kind::kAnd, std::move(rest));
  return named;
}

Result<CompiledAction> PlanWrite(const TablePtr& table, Statement& statement) {
  CompiledAction action;
  action.table = table;
  if (statement.kind == Statement::Kind::kInsert) {
    if (ItemView(statement.item).billed_size() > kMaxItemSize) return errors::ItemTooLarge();
    action.item = ItemView(statement.values.emplace_back(std::move(statement.item)));
    action.compiled.condition = ItemTest(*table, Function::kAttributeNotExists);
    action.is_insert = true;
    return action;
  }
  NamedItem named = NameItem(*table, std::move(statement.where), SingleIn::kIsRest);
  action.item = ItemView(statement.values.emplace_back(std::move(named.key)));
  if (statement.kind == Statement::Kind::kExists) {
    action.kind = TransactAction::kConditionCheck;
    action.compiled.condition = std::move(named.rest);
    if (named.is_complete && action.compiled.condition) return action;
    return ValidationError("EXISTS() must contain a single item read with additional condition");
  }
  if (!named.is_complete) {
    return ValidationError("Where clause does not contain a mandatory equality on all key attributes");
  }
  if (named.contradicted) {
    return ValidationError("Multiple conditions on same key " + *named.contradicted +
                           ". Only single item Update/Insert/Delete are supported");
  }
  if (statement.kind == Statement::Kind::kDelete) {
    // What is not there is deleted already.
    action.kind = TransactAction::kDelete;
    if (!named.rest) return action;
    action.compiled.condition =
        JoinTwo(Condition::Kind::kOr, ItemTest(*table, Function::kAttributeNotExists), std::move(named.rest));
    return action;
  }
  // An UPDATE makes no item.
  action.kind = TransactAction::kUpdate;
  action.compiled.is_given = true;
  action.compiled.update = std::move(statement.update);
  action.compiled.condition =
      JoinTwo(Condition::Kind::kAnd, ItemTest(*table, Function::kAttributeExists), std::move(named.rest));
  return action;
}

}  // namespace dynarock::partiql
