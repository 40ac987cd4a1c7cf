#include "engine/writes/transact_write_items.h"

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/database/database.h"
#include "engine/item/size.h"
#include "engine/storage/digest.h"
#include "engine/writes/compiled_transaction.h"

namespace dynarock {
namespace {

Result<CompiledAction> CompileAction(const TransactWriteItem& item, DeepValues deep_values) {
  if (item.actions == 0) {
    return ValidationError("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  }
  if (item.actions > 1) return ValidationError("TransactItems can only contain one of Check, Put, Update or Delete");
  CompiledAction action;
  action.kind = item.action;
  action.item = item.item.view();
  action.return_old_on_condition_failure = item.return_old_on_condition_failure;
  if (item.action == TransactAction::kUpdate) {
    TRY(action.compiled, CompileUpdate(item, {item.item, item.update_expression, std::nullopt, deep_values}));
    return action;
  }
  TRY_VOID(
      CheckExpressionParameters(item.expression_attributes, {{kConditionExpression, item.condition_expression}}, {}));
  // A condition is told before the key, but not before an item.
  // Observed: conformance/cases/transactions/deep_values.case; of a check's key a guess
  const bool is_put = item.action == TransactAction::kPut;
  if (is_put) TRY_VOID(CheckEncoded(item.item));
  if (is_put && item.item.view().billed_size() > kMaxItemSize) {
    return errors::ItemTooLarge();
  }
  TRY(action.compiled.condition, CompileOnlyCondition(item, deep_values));
  TRY_VOID(CheckEncoded(item.item));
  return action;
}

// What the request tells of the item: all of a put, key and values of the others.
std::size_t RequestSize(const TransactWriteItem& item) {
  std::size_t size = item.item.view().billed_size();
  if (!item.expression_attributes.values || item.action != TransactAction::kUpdate) return size;
  for (const ValuePlaceholder& value : *item.expression_attributes.values) {
    size += BilledSize(ValueView::Of(value.bytes));
  }
  return size;
}

Result<std::vector<CompiledAction>> Compile(const TransactWriteItemsRequest& request, DeepValues deep_values) {
  std::vector<CompiledAction> actions;
  std::size_t size = 0;
  for (const TransactWriteItem& item : request.items) {
    TRY(CompiledAction action, CompileAction(item, deep_values));
    actions.push_back(std::move(action));
    size += RequestSize(item);
  }
  if (size > kMaxTransactionSize) {
    // AWS says it twice. Observed: conformance/cases/transactions/write_item_size.case
    const std::string sentence = "Transaction payload size cannot exceed 4MB. Payload Size: ";
    return ValidationError(sentence + ": " + sentence + std::to_string(size));
  }
  return actions;
}

void AppendText(std::string& out, std::string_view text) {
  AppendBigEndian(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

void AppendPlaceholders(std::string& out, std::vector<std::pair<std::string_view, std::string_view>> placeholders) {
  std::sort(placeholders.begin(), placeholders.end());
  AppendBigEndian(out, static_cast<std::uint32_t>(placeholders.size()));
  for (const auto& [placeholder, text] : placeholders) {
    AppendText(out, placeholder);
    AppendText(out, text);
  }
}

// Equal for requests that ask for the same, in whatever order their JSON has its members.
std::string DigestOf(const TransactWriteItemsRequest& request) {
  std::string text;
  for (const TransactWriteItem& item : request.items) {
    text.push_back(static_cast<char>(item.action));
    text.push_back(item.return_old_on_condition_failure ? '\1' : '\0');
    AppendText(text, item.table_name);
    AppendText(text, item.item.bytes);
    AppendText(text, item.condition_expression.value_or(""));
    AppendText(text, item.update_expression.value_or(""));
    std::vector<std::pair<std::string_view, std::string_view>> names, values;
    for (const auto& name : item.expression_attributes.names.value_or(std::vector<NamePlaceholder>())) {
      names.emplace_back(name.placeholder, name.name);
    }
    if (item.expression_attributes.values) {
      for (const auto& value : *item.expression_attributes.values) values.emplace_back(value.placeholder, value.bytes);
    }
    AppendPlaceholders(text, std::move(names));
    AppendPlaceholders(text, std::move(values));
  }
  return Sha256(text);
}

}  // namespace

Result<TransactWriteItemsResponse> TransactWriteItems(const CallContext& context,
                                                      const TransactWriteItemsRequest& request) {
  const bool takes_deep_values = context.database.leniency().deep_transaction_values;
  TRY(std::vector<CompiledAction> actions,
      Compile(request, takes_deep_values ? DeepValues::kAccepted : DeepValues::kRefused));
  for (std::size_t i = 0; i < actions.size(); ++i) {
    TRY(actions[i].table, context.database.catalog().Find(TableNameOf(request.items[i].table_name)));
  }
  TransactionOptions options{request.client_request_token, "", request.return_consumed_capacity,
                             request.return_item_collection_metrics, true};
  if (options.client_request_token) options.digest = DigestOf(request);
  return RunWriteTransaction(context, std::move(actions), options);
}

}  // namespace dynarock
