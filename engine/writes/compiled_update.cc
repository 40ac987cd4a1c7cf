#include "engine/writes/compiled_update.h"

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/database/item_key.h"
#include "engine/database/key_errors.h"
#include "engine/item/size.h"
#include "engine/requests/key_rules.h"
#include "engine/writes/update_charge.h"

namespace dynarock {
namespace {

constexpr std::string_view kUpdateExpression = "UpdateExpression";

Result<void> CheckKeysAreKept(const Table& table, const Bound<Update>& update) {
  for (const auto* part : {&table.keys().partition, &table.keys().sort}) {
    for (const KeyAttribute& attribute : *part) {
      for (const UpdateAction& action : update.tree().actions) {
        if (update.Of(action.path).attribute != attribute.name) continue;
        return InvalidParameter("Cannot update attribute " + attribute.name + ". This attribute is part of the key");
      }
    }
  }
  return {};
}

// The type that a whole attribute gets, where that is known without the item.
std::optional<Type> LiteralTypeOf(const Bound<Update>& update, const UpdateAction& action) {
  if (!update.Of(action.path).steps.empty()) return std::nullopt;
  if (action.kind == UpdateAction::Kind::kAdd) return update.Of(action.operand).type();
  if (action.kind != UpdateAction::Kind::kSet) return std::nullopt;
  if (action.value.right) return Type::kNumber;
  const FunctionCall* call = action.value.left.call();
  if (call && call->function == Function::kListAppend) return Type::kList;
  return action.value.left.value() ? std::optional<Type>(update.Of(*action.value.left.value()).type()) : std::nullopt;
}

Result<void> CheckKeyTypesOf(const IndexDefinition& index, const Bound<Update>& update) {
  for (const UpdateAction& action : update.tree().actions) {
    const KeyAttribute* attribute = index.keys.Find(update.Of(action.path).attribute);
    const std::optional<Type> type = LiteralTypeOf(update, action);
    if (!attribute || !type || *type == attribute->type) continue;
    return errors::IndexKeyTypeMismatch(attribute->name, TypeName(attribute->type), TypeName(*type), index.name);
  }
  return {};
}

Result<void> CheckIndexKeyTypes(const Table& table, const Bound<Update>& update) {
  return CheckIndexes(table, [&](const IndexDefinition& index) { return CheckKeyTypesOf(index, update); });
}

// The places the update changes, and those it reads.
std::vector<const Path*> AllPathsOf(const Bound<Update>& update) {
  std::vector<const Path*> paths;
  for (const UpdateAction& action : update.tree().actions) paths.push_back(&update.Of(action.path));
  for (const UpdateAction& action : update.tree().actions) {
    if (action.kind != UpdateAction::Kind::kSet) continue;
    CollectPaths(action.value.left, update.bindings(), paths);
    if (action.value.right) CollectPaths(*action.value.right, update.bindings(), paths);
  }
  return paths;
}

// Index keys that the update changed must be usable as keys. Observed: conformance/cases/updates/index_keys.case
Result<void> CheckNewIndexKeys(const Table& table, const Bound<Update>& update, ItemView item) {
  for (const UpdateAction& action : update.tree().actions) {
    const auto has_key = [&](const IndexDefinition& index) {
      return index.keys.Find(update.Of(action.path).attribute) != nullptr;
    };
    if (std::none_of(table.indexes().begin(), table.indexes().end(), has_key)) continue;
    const auto value = item.Find(update.Of(action.path).attribute);
    if (!value) continue;
    for (const IndexDefinition& index : table.indexes()) {
      const KeyAttribute* attribute = index.keys.Find(update.Of(action.path).attribute);
      if (!attribute) continue;
      if (value->type() != attribute->type) {
        return ValidationError("The update expression attempted to update the secondary index key to unsupported type");
      }
      if (value->payload().empty()) return errors::UpdatedIndexKeyIsEmpty(*value);
      TRY_VOID(CheckKeySize(*value, index.keys.partition[0].name == attribute->name));
    }
  }
  return {};
}

// Levels of lists and maps in a value.
std::size_t NestingOf(ValueView value) {
  std::size_t below = 0;
  bool has_elements = false;
  const auto look = [&](ValueView element) {
    has_elements = true;
    below = std::max(below, NestingOf(element));
  };
  ValueView element;
  std::string_view name;
  if (value.type() == Type::kList) {
    for (ListReader elements(value.payload()); elements.Next(element);) look(element);
  } else if (value.type() == Type::kMap) {
    for (MapReader members(value.payload()); members.Next(name, element);) look(element);
  }
  return has_elements ? below + 1 : 0;
}

// Values as given are not too deep, but where they are put they may be.
// Observed: conformance/cases/partiql/literals.case
Result<void> CheckNesting(const std::vector<Edit>& edits) {
  for (const Edit& edit : edits) {
    if (edit.kind != Edit::Kind::kSet) continue;
    if (edit.path.steps.size() + NestingOf(ValueView::Of(edit.value)) < kMaxNesting) continue;
    return errors::NestingTooDeep();
  }
  return {};
}

// Where there is no item, there is no wrong path to remove. Observed:
// conformance/cases/updates/remove_below_nothing.case
void DropNestedRemovals(std::vector<Edit>& edits) {
  std::erase_if(edits, [](const Edit& edit) { return edit.kind == Edit::Kind::kRemove && !edit.path.steps.empty(); });
}

bool OnlyTakesAway(const Bound<Update>& update) {
  for (const UpdateAction& action : update.tree().actions) {
    if (action.kind == UpdateAction::Kind::kSet || action.kind == UpdateAction::Kind::kAdd) return false;
  }
  return !update.tree().actions.empty();
}

}  // namespace

std::vector<Path> PathsOf(const Bound<Update>& update) {
  std::vector<Path> paths;
  for (const UpdateAction& action : update.tree().actions) paths.push_back(update.Of(action.path));
  return paths;
}

std::optional<std::string> ReturnedAttributes(ReturnValues wanted, const Bound<Update>& update, ItemView old_item,
                                              ItemView new_item) {
  const bool is_old = wanted == ReturnValues::kAllOld || wanted == ReturnValues::kUpdatedOld;
  const ItemView item = is_old ? old_item : new_item;
  if (wanted == ReturnValues::kNone || item.empty()) return std::nullopt;
  if (wanted == ReturnValues::kAllOld || wanted == ReturnValues::kAllNew) return std::string(item.bytes());
  std::string updated = Projection(PathsOf(update)).Apply(item);
  if (ItemView(updated).members().empty()) return std::nullopt;
  return updated;
}

Result<CompiledUpdate> CompileUpdate(const WriteItemRequest& request, const UpdateParameters& parameters) {
  TRY_VOID(CheckExpressionParameters(
      request.expression_attributes,
      {{kUpdateExpression, parameters.update_expression}, {kConditionExpression, request.condition_expression}},
      {{"AttributeUpdates", parameters.attribute_updates.has_value()},
       {"Expected", request.expected.has_value()},
       {"ConditionalOperator", request.conditional_operator.has_value()}}));
  TRY_VOID(CheckEncoded(parameters.key));
  CompiledUpdate compiled;
  if (parameters.attribute_updates) {
    compiled.is_given = true;
    TRY(compiled.update, CompileAttributeUpdates(*parameters.attribute_updates));
  }
  TRY(compiled.condition, CompileExpectedOf(request));
  Binder binder(request.expression_attributes, parameters.deep_values);
  TRY_VOID(binder.CheckPlaceholders());
  TRY(auto update, CompileUpdate({kUpdateExpression, parameters.update_expression}, binder));
  TRY(auto condition, CompileCondition({kConditionExpression, request.condition_expression}, binder));
  TRY_VOID(binder.CheckAllUsed());
  if (update) {
    compiled.is_given = true;
    compiled.update = std::move(*update);
  }
  if (condition) compiled.condition = std::move(condition);
  return compiled;
}

Result<void> CheckUpdate(const Table& table, const CompiledUpdate& compiled) {
  TRY_VOID(CheckKeysAreKept(table, compiled.update));
  TRY_VOID(CheckIndexKeyTypes(table, compiled.update));
  TRY_VOID(CheckKeyPaths(table, AllPathsOf(compiled.update)));
  return compiled.condition ? CheckConditionPaths(table, *compiled.condition) : Result<void>();
}

Result<void> CheckCharge(const Bound<Update>& update) {
  if (!update.tree().is_legacy && ChargeOf(update) > kMaxItemSize) return UpdatedItemTooLarge();
  return {};
}

Result<ItemView> ApplyUpdate(const UpdateOfItem& target, ItemView old_item, std::string& new_item) {
  const auto& [table, update, key] = target;
  const ItemView base = old_item.empty() ? key : old_item;
  TRY(std::vector<Edit> edits, EvaluateUpdate(update, base));
  if (old_item.empty()) DropNestedRemovals(edits);
  TRY_VOID(CheckNesting(edits));
  TRY(new_item, ApplyEdits(base, edits));
  const ItemView item(new_item);
  TRY_VOID(CheckNewIndexKeys(table, update, item));
  if (item.billed_size() > kMaxItemSize) return UpdatedItemTooLarge();
  // Taking away from an item that is not there makes none.
  if (old_item.empty() && OnlyTakesAway(update)) new_item.clear();
  return ItemView(new_item);
}

}  // namespace dynarock
