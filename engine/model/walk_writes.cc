// PutItem, DeleteItem and UpdateItem of the walk.
#include <algorithm>

#include "engine/model/walk.h"
#include "engine/reads/get_item.h"
#include "engine/writes/write_item.h"

namespace dynarock::model {
namespace {

constexpr const char* kOperationNames[] = {"PutItem", "DeleteItem", "UpdateItem"};

// Whether the value may stand in a key attribute of this type.
bool IsUsableKey(const Value& value, Type type) {
  return value.type == type && (type == Type::kNumber || !value.text.empty());
}

}  // namespace

void Walk::WriteStep(Operation operation) {
  Placeholders placeholders(random_);
  const WriteCall call = MakeWriteCall(operation, placeholders);
  const WriteAnswer expected = ExpectWrite(call);
  CountAnswer(kOperationNames[static_cast<int>(operation)], expected.error);
  WithRequest([&] { return ShowCall(call, placeholders); }, [&] { CompareWrite(call, placeholders, expected); });
  if (expected.error) return;
  if (expected.item.empty()) {
    call.table->Remove(call.item);
  } else {
    call.table->Put(expected.item);
  }
  if (random_.Chance(3)) CompareCounters(*call.table);
}

Walk::WriteCall Walk::MakeWriteCall(Operation operation, Placeholders& placeholders) {
  WriteCall call;
  call.operation = operation;
  call.table = &SomeTable();
  call.is_unknown_table = random_.Chance(1) && random_.Chance(50);
  call.item = operation == Operation::kPut ? RandomItem(*call.table) : RandomKey(*call.table);
  const Item* old = call.table->HasValidKey(call.item) ? call.table->Find(call.item) : nullptr;
  if (old) call.old = *old;
  const Item& subject = old ? *old : SomeItem(*call.table);
  if (operation == Operation::kUpdate && random_.Chance(98)) {
    const bool is_missed = call.old.empty() && random_.Chance(80);
    const Subject about = SubjectFor(*call.table, is_missed ? call.old : subject, random_.Chance(3));
    call.update = MakeUpdate(random_, placeholders, about);
  }
  if (random_.Chance(40)) call.condition = MakeCondition(random_, placeholders, SubjectFor(*call.table, subject, true));
  call.return_values = RandomReturnValues(operation);
  call.return_old_on_failure = random_.Chance(40);
  return call;
}

ReturnValues Walk::RandomReturnValues(Operation operation) {
  const bool any = operation == Operation::kUpdate || random_.Chance(1);
  if (!any) return random_.Chance(50) ? ReturnValues::kNone : ReturnValues::kAllOld;
  return static_cast<ReturnValues>(random_.Below(5));
}

Result<WriteItemResponse> Walk::RunWrite(const WriteCall& call, const Placeholders& placeholders) {
  const auto fill = [&](WriteItemRequest& request) {
    request.table_name = call.is_unknown_table ? std::string_view("nowhere") : call.table->name;
    if (call.condition) request.condition_expression = call.condition->text;
    request.expression_attributes = placeholders.Attributes();
    request.return_values = call.return_values;
    request.return_old_on_condition_failure = call.return_old_on_failure;
  };
  if (call.operation == Operation::kPut) {
    PutItemRequest request;
    fill(request);
    request.item.bytes = Encode(call.item);
    return PutItem(*database_, request);
  }
  if (call.operation == Operation::kDelete) {
    DeleteItemRequest request;
    fill(request);
    request.key.bytes = Encode(call.item);
    return DeleteItem(*database_, request);
  }
  UpdateItemRequest request;
  fill(request);
  request.key.bytes = Encode(call.item);
  if (call.update) request.update_expression = call.update->text;
  return UpdateItem(*database_, request);
}

// Rules that an update breaks before the item is looked at.
bool Walk::BreaksUpdateRules(const WriteCall& call) {
  if (!call.update) return false;
  if (AnyBelowKey(*call.table, call.update->read_paths)) return true;
  const auto types = call.table->KeyTypes();
  return std::any_of(call.update->steps.begin(), call.update->steps.end(), [&](const UpdateStep& step) {
    const auto key = types.find(step.path.attribute);
    if (key == types.end()) return false;
    if (call.table->keys.Find(key->first) || !step.path.steps.empty()) return true;
    return step.literal_type && *step.literal_type != key->second;
  });
}

// Errors before the condition.
std::optional<ErrorCode> Walk::FindRuleError(const WriteCall& call) {
  const bool only_old = call.operation != Operation::kUpdate;
  if (only_old && call.return_values != ReturnValues::kNone && call.return_values != ReturnValues::kAllOld) {
    return ErrorCode::kRequestValidation;
  }
  if (call.condition && call.condition->is_invalid) return ErrorCode::kRequestValidation;
  if (call.update && call.update->is_invalid) return ErrorCode::kRequestValidation;
  if (call.is_unknown_table) return ErrorCode::kResourceNotFound;
  if (!call.table->HasValidKey(call.item)) return ErrorCode::kValidation;
  if (call.operation == Operation::kPut && !call.table->HasValidIndexKeys(call.item)) return ErrorCode::kValidation;
  if (call.condition && AnyBelowKey(*call.table, call.condition->paths)) return ErrorCode::kValidation;
  if (BreaksUpdateRules(call)) return ErrorCode::kValidation;
  return std::nullopt;
}

Walk::WriteAnswer Walk::ExpectWrite(const WriteCall& call) {
  WriteAnswer answer;
  answer.error = FindRuleError(call);
  if (answer.error) return answer;
  if (call.condition && !call.condition->holds(call.old)) {
    answer.error = ErrorCode::kConditionalCheckFailed;
    if (call.return_old_on_failure && !call.old.empty()) answer.error_item = call.old;
    return answer;
  }
  if (call.operation == Operation::kPut) answer.item = call.item;
  if (call.operation == Operation::kUpdate) {
    const std::optional<Item> updated = ExpectUpdated(call);
    if (!updated) {
      answer.error = ErrorCode::kValidation;
      return answer;
    }
    answer.item = *updated;
  }
  answer.attributes = ExpectAttributes(call, answer.item);
  return answer;
}

std::optional<Item> Walk::ExpectUpdated(const WriteCall& call) {
  const Item& base = call.old.empty() ? call.item : call.old;
  if (!call.update) return base;
  const std::optional<Item> updated = Apply(*call.update, base, call.old.empty());
  if (!updated) return std::nullopt;
  // Index keys that the update set must be usable.
  const auto types = call.table->KeyTypes();
  for (const Path& path : call.update->Paths()) {
    const auto value = updated->find(path.attribute);
    const auto type = types.find(path.attribute);
    if (value == updated->end() || type == types.end()) continue;
    if (!IsUsableKey(value->second, type->second)) return std::nullopt;
  }
  // Taking away from an item that is not there makes none.
  return call.old.empty() && call.update->OnlyTakesAway() ? Item() : *updated;
}

std::optional<Item> Walk::ExpectAttributes(const WriteCall& call, const Item& item) {
  const bool is_old = call.return_values == ReturnValues::kAllOld || call.return_values == ReturnValues::kUpdatedOld;
  const Item& shown = is_old ? call.old : item;
  if (call.return_values == ReturnValues::kNone || shown.empty()) return std::nullopt;
  if (call.return_values == ReturnValues::kAllOld || call.return_values == ReturnValues::kAllNew) return shown;
  const Item part = Project(shown, call.update ? call.update->Paths() : std::vector<Path>());
  return part.empty() ? std::nullopt : std::optional(part);
}

std::string Walk::ShowCall(const WriteCall& call, const Placeholders& placeholders) {
  static const char* const return_values[] = {"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"};
  return std::string(kOperationNames[static_cast<int>(call.operation)]) + " " +
         (call.is_unknown_table ? "nowhere" : call.table->name) + " " + Show(call.item) +
         "\n  item before: " + (call.old.empty() ? "none" : Show(call.old)) +
         "\n  UpdateExpression: " + (call.update ? call.update->text : "none") +
         "\n  ConditionExpression: " + (call.condition ? call.condition->text : "none") +
         "\n  ReturnValues: " + return_values[static_cast<int>(call.return_values)] +
         (call.return_old_on_failure ? ", ALL_OLD on a failed condition" : "") + placeholders.Show();
}

void Walk::CompareWrite(const WriteCall& call, const Placeholders& placeholders, const WriteAnswer& expected) {
  const Result<WriteItemResponse> response = RunWrite(call, placeholders);
  WriteAnswer got;
  std::string message;
  if (response) {
    if (response->attributes) got.attributes = DecodeChecked(ItemView(*response->attributes));
  } else {
    got.error = CodeOf(response.error());
    message = response.error().message + " ";
    if (response.error().item) got.error_item = DecodeChecked(ItemView(*response.error().item));
  }
  const bool is_same =
      got.error == expected.error && got.error_item == expected.error_item && got.attributes == expected.attributes;
  const auto show = [](const WriteAnswer& answer, const std::string& text) {
    return ShowError(answer.error) + text + "with " + ShowItem(answer.error ? answer.error_item : answer.attributes);
  };
  if (!is_same) Fail(show(expected, ""), show(got, message));
  // A write that was refused is looked after now and then.
  const bool is_named = !call.is_unknown_table && call.table->HasValidKey(call.item);
  if (is_named && (!expected.error || random_.Chance(20))) {
    CompareStored(call, expected.error ? call.old : expected.item);
  }
}

void Walk::CompareStored(const WriteCall& call, const Item& expected) {
  GetItemRequest request;
  request.table_name = call.table->name;
  request.key.bytes = Encode(call.table->KeyOf(call.item, nullptr));
  const Result<GetItemResponse> got = GetItem(*database_, request);
  if (!got) Fail("GetItem to succeed", got.error().message);
  const Item stored = got->item ? DecodeChecked(ItemView(*got->item)) : Item();
  if (stored != expected) Fail("stored " + Show(expected), "stored " + Show(stored));
}

}  // namespace dynarock::model
