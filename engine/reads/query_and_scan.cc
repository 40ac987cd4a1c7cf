#include "engine/reads/query_and_scan.h"

#include <algorithm>
#include <array>

#include "engine/base/errors.h"
#include "engine/database/item_key.h"
#include "engine/reads/key_range.h"
#include "engine/reads/page_reader.h"
#include "engine/reads/start_key.h"
#include "engine/requests/key_rules.h"

namespace dynarock {
namespace {

constexpr std::string_view kProjectionExpression = "ProjectionExpression";
constexpr std::string_view kFilterExpression = "FilterExpression";
constexpr std::string_view kKeyConditionExpression = "KeyConditionExpression";

// The expressions of a read, compiled.
struct CompiledRead {
  std::optional<KeyCondition> key_condition;
  std::optional<Bound<Condition>> filter;
  std::optional<std::vector<Path>> projection;
};

Result<void> CompileLegacyProjection(const PageRequest& request, CompiledRead& compiled) {
  if (!request.attributes_to_get) return {};
  TRY(compiled.projection, CompileAttributesToGet(*request.attributes_to_get));
  return {};
}

Result<void> CompileLegacyFilter(const PageRequest& request, CompiledRead& compiled) {
  TRY_VOID(CheckConditionalOperator(request.conditional_operator.has_value(),
                                    request.filter ? std::optional(request.filter->size()) : std::nullopt));
  if (!request.filter || request.filter->empty()) return {};
  TRY(compiled.filter,
      CompileLegacyConditions(*request.filter, request.conditional_operator.value_or(ConditionalOperator::kAnd)));
  return {};
}

// The expressions that were given; what legacy parameters left in `compiled` stays.
Result<void> CompileExpressions(const PageRequest& request, std::optional<std::string_view> key_condition,
                                CompiledRead& compiled) {
  Binder binder(request.expression_attributes);
  TRY_VOID(binder.CheckPlaceholders());
  TRY(const auto on_keys, CompileCondition({kKeyConditionExpression, key_condition}, binder));
  TRY(auto filter, CompileCondition({kFilterExpression, request.filter_expression}, binder));
  TRY(auto projection, CompileProjection({kProjectionExpression, request.projection_expression}, binder));
  // All expressions are parsed before the key condition is judged.
  if (on_keys) {
    auto judged = ToKeyCondition(*on_keys);
    if (!judged) {
      const std::string problem = std::move(judged.error().message);
      return WithFacts(RequestError("Invalid KeyConditionExpression: " + problem),
                       {.detail = ErrorDetail::kKeyConditionForm, .value = problem});
    }
    compiled.key_condition = std::move(*judged);
  }
  TRY_VOID(binder.CheckAllUsed());
  if (filter) compiled.filter = std::move(filter);
  if (projection) compiled.projection = std::move(projection);
  return {};
}

std::string_view SelectText(Select select) {
  switch (select) {
    case Select::kSpecificAttributes:
      return "SPECIFIC_ATTRIBUTES";
    case Select::kCount:
      return "COUNT";
    case Select::kAllAttributes:
      return "ALL_ATTRIBUTES";
    case Select::kAllProjectedAttributes:
      return "ALL_PROJECTED_ATTRIBUTES";
  }
  return "";
}

ApiError WrongSelect(const std::string& problem) {
  return WithFacts(ValidationError(problem), {.detail = ErrorDetail::kInNewerEnvelope});
}

// Observed: conformance/cases/query/select.case
Result<void> CheckSelect(const PageRequest& request, bool is_query) {
  if (!request.select) return {};
  if (*request.select == Select::kSpecificAttributes && !request.projection_expression && !request.attributes_to_get) {
    return WithFacts(
        ValidationError(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"),
        {.detail = is_query ? ErrorDetail::kInEnvelope : ErrorDetail::kNone});
  }
  if (*request.select != Select::kSpecificAttributes && (request.projection_expression || request.attributes_to_get)) {
    return WrongSelect(
        "Cannot specify the " + std::string(request.attributes_to_get ? "AttributesToGet" : kProjectionExpression) +
        " when choosing to get " +
        (*request.select == Select::kCount ? "only the Count" : std::string(SelectText(*request.select))));
  }
  if (*request.select == Select::kAllProjectedAttributes && !request.index_name) {
    return WrongSelect("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  return {};
}

// Observed: conformance/cases/query/start_key_errors.case
Result<void> CheckStartKeyValues(const PageRequest& request) {
  // Numbers, number sets and duplicates are reported without the prefix.
  constexpr auto kPrefixed = std::to_array(
      {ErrorDetail::kDatatypeCount, ErrorDetail::kFalseNull, ErrorDetail::kEmptySet, ErrorDetail::kTooDeep});
  if (!request.exclusive_start_key || !request.exclusive_start_key->error) return {};
  const ApiError& error = *request.exclusive_start_key->error;
  const bool is_prefixed = std::find(kPrefixed.begin(), kPrefixed.end(), error.facts.detail) != kPrefixed.end();
  return is_prefixed ? InvalidStartKey(error) : error;
}

Result<ReadTarget> FindTarget(Database& database, const PageRequest& request) {
  ReadTarget target;
  TRY(target.table, database.catalog().Find(TableNameOf(request.table_name)));
  if (!request.index_name) return target;
  target.index = target.table->FindIndex(*request.index_name);
  if (!target.index || target.index->status == IndexStatus::kDeleting) {
    return errors::IndexNotFound(*request.index_name);
  }
  if (target.index->status == IndexStatus::kBackfilling) {
    return errors::IndexIsBackfilling(target.index->name);
  }
  if (target.index->is_global && request.consistent_read) {
    return ValidationError("Consistent reads are not supported on global secondary indexes");
  }
  return target;
}

Result<void> CheckFilterKeys(const ReadTarget& target, const PageRequest& request,
                             const std::optional<Bound<Condition>>& filter) {
  if (!filter) return {};
  const std::string parameter = request.filter ? "QueryFilter" : "Filter Expression";
  std::vector<const Path*> paths;
  CollectAttributes(*filter, paths);
  for (const Path* path : paths) {
    if (!target.keys().Find(path->attribute)) continue;
    return ValidationError(parameter +
                           " can only contain non-primary key attributes: Primary key attribute: " + path->attribute);
  }
  return {};
}

// Whether a read of an index wants attributes that only the table has.
bool WantsWholeItems(const ReadTarget& target, const PageRequest& request, const CompiledRead& compiled) {
  if (!target.index || target.index->projection == ProjectionType::kAll) return false;
  if (request.select == Select::kAllAttributes) return true;
  return compiled.projection && !target.Lacks(*compiled.projection).empty();
}

Result<void> CheckAllAttributes(const ReadTarget& target, const PageRequest& request) {
  if (request.select != Select::kAllAttributes || !target.index || !target.index->is_global) return {};
  if (target.index->projection == ProjectionType::kAll) return {};
  return InvalidParameter("Select type ALL_ATTRIBUTES is not supported for global secondary index " +
                          target.index->name + " because its projection type is not ALL");
}

Result<PageOptions> MakeOptions(const ReadTarget& target, const PageRequest& request, CompiledRead& compiled) {
  if (compiled.projection) TRY_VOID(CheckKeyPaths(*target.table, *compiled.projection));
  PageOptions options;
  options.fetch_whole_items = WantsWholeItems(target, request, compiled);
  if (options.fetch_whole_items && target.index->is_global) {
    TRY_VOID(CheckAllAttributes(target, request));
    TRY_VOID(target.CheckGlobalIndexHas(*compiled.projection));
  }
  if (compiled.filter) TRY_VOID(CheckConditionPaths(*target.table, *compiled.filter));
  options.limit = request.limit;
  options.consistent = request.consistent_read;
  options.filter = std::move(compiled.filter);
  options.projection = std::move(compiled.projection);
  options.count_only = request.select == Select::kCount;
  options.return_consumed_capacity = request.return_consumed_capacity;
  return options;
}

Result<void> CheckSegments(const ScanRequest& request) {
  if (request.segment && !request.total_segments) {
    return ValidationError(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (!request.total_segments) return {};
  if (!request.segment) {
    return ValidationError(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (*request.segment < *request.total_segments) return {};
  const std::string segment = std::to_string(*request.segment), total = std::to_string(*request.total_segments);
  return ValidationError(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " + segment +
      " is not less than TotalSegments: " + total);
}

KeyRange SegmentRange(const ReadTarget& target, const ScanRequest& request) {
  const std::string prefix = target.RowPrefix();
  KeyRange range{prefix, PrefixEnd(prefix)};
  if (!request.total_segments) return range;
  const auto segment = static_cast<std::uint32_t>(*request.segment);
  const auto total = static_cast<std::uint32_t>(*request.total_segments);
  range.begin = prefix + SegmentStart(segment, total);
  if (segment + 1 < total) range.end = prefix + SegmentStart(segment + 1, total);
  return range;
}

}  // namespace

Result<PageResponse> Query(const CallContext& context, const QueryRequest& request) {
  // KeyConditions may go with expressions as long as there is no KeyConditionExpression.
  const bool mixed_key_conditions = request.key_conditions && request.key_condition_expression;
  TRY_VOID(CheckExpressionParameters(request.expression_attributes,
                                     {{kProjectionExpression, request.projection_expression},
                                      {kFilterExpression, request.filter_expression},
                                      {kKeyConditionExpression, request.key_condition_expression}},
                                     {{"AttributesToGet", request.attributes_to_get.has_value()},
                                      {"QueryFilter", request.filter.has_value()},
                                      {"ConditionalOperator", request.conditional_operator.has_value()},
                                      {"KeyConditions", mixed_key_conditions}}));
  CompiledRead compiled;
  TRY_VOID(CompileLegacyFilter(request, compiled));
  TRY_VOID(CompileLegacyProjection(request, compiled));
  TRY_VOID(CheckStartKeyValues(request));
  if (!request.key_condition_expression && !request.key_conditions) {
    return ValidationError(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  TRY_VOID(CompileExpressions(request, request.key_condition_expression, compiled));
  if (request.key_conditions) {
    TRY(compiled.key_condition, CompileKeyConditions(*request.key_conditions, request.index_name.has_value()));
  }
  TRY_VOID(CheckKeyConditionForm(*compiled.key_condition));
  TRY_VOID(CheckSelect(request, true));
  TRY(const ReadTarget target, FindTarget(context.database, request));
  if (request.exclusive_start_key) TRY_VOID(CheckStartPartition(target, request.exclusive_start_key->view()));
  TRY(const KeyRange range, ToKeyRange(target, *compiled.key_condition));
  std::optional<std::string> start_after;
  if (request.exclusive_start_key) {
    const ItemView start_key = request.exclusive_start_key->view();
    TRY_VOID(CheckStartKey(target, start_key, true));
    TRY(start_after, StartRowKey(context.database.store(), target, start_key, request.scan_index_forward));
    TRY_VOID(CheckInsideQuery(target, *compiled.key_condition, range, start_key, *start_after));
  }
  TRY_VOID(CheckFilterKeys(target, request, compiled.filter));
  TRY(PageOptions options, MakeOptions(target, request, compiled));
  options.forward = request.scan_index_forward;
  options.start_after = std::move(start_after);
  const bool has_sort_clause = compiled.key_condition->clauses.size() > target.keys().partition.size();
  const bool sees_the_end = has_sort_clause && !context.database.leniency().local.continues_full_pages;
  if (request.limit && sees_the_end) options.partition = ToPartitionRange(target, *compiled.key_condition);
  TRY(PageResponse page, ReadPage(context.database, target, {&range, 1}, options));
  // There is nothing behind a table's only item of a partition, and no start key is allowed.
  if (FindsOneItem(target)) page.last_evaluated_key.reset();
  return page;
}

Result<PageResponse> Scan(const CallContext& context, const ScanRequest& request) {
  TRY_VOID(CheckExpressionParameters(
      request.expression_attributes,
      {{kProjectionExpression, request.projection_expression}, {kFilterExpression, request.filter_expression}},
      {{"AttributesToGet", request.attributes_to_get.has_value()},
       {"ScanFilter", request.filter.has_value()},
       {"ConditionalOperator", request.conditional_operator.has_value()}}));
  CompiledRead compiled;
  TRY_VOID(CompileLegacyProjection(request, compiled));
  TRY_VOID(CompileLegacyFilter(request, compiled));
  TRY_VOID(CheckStartKeyValues(request));
  TRY_VOID(CheckSegments(request));
  TRY_VOID(CompileExpressions(request, std::nullopt, compiled));
  TRY_VOID(CheckSelect(request, false));
  TRY(const ReadTarget target, FindTarget(context.database, request));
  const KeyRange range = SegmentRange(target, request);
  std::optional<std::string> start_after;
  if (request.exclusive_start_key) {
    // The index's part of the key, what the index has, then the table's part.
    TRY_VOID(CheckStartKey(target, request.exclusive_start_key->view(), false));
    TRY_VOID(CheckAllAttributes(target, request));
    TRY(start_after, StartRowKey(context.database.store(), target, request.exclusive_start_key->view(), true));
    if (*start_after < range.begin || *start_after >= range.end) {
      return InvalidStartKey(ValidationError(
          "Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: " +
          std::to_string(*request.total_segments) + " Segment: " + std::to_string(*request.segment)));
    }
  }
  TRY(PageOptions options, MakeOptions(target, request, compiled));
  options.start_after = std::move(start_after);
  return ReadPage(context.database, target, {&range, 1}, options);
}

}  // namespace dynarock
