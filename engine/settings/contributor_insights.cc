#include "engine/settings/contributor_insights.h"

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/tables/tables.h"

namespace dynarock {
namespace {

constexpr std::int64_t kDefaultMaxResults = 100;

Result<void> CheckIndexName(const InsightsTarget& target) {
  if (!target.index_name || (target.index_name->size() >= 3 && target.index_name->size() <= 255)) return {};
  return ValidationError("IndexName must be at least 3 characters long and at most 255 characters long");
}

// Errors: kResourceNotFound if the target's index is no global index of the table.
Result<void> CheckIndex(const TableDefinition& definition, const InsightsTarget& target) {
  if (!target.index_name) return {};
  const IndexDefinition* index = definition.FindIndex(*target.index_name);
  if (index && index->is_global) return {};
  return errors::ResourceNotFound("Index: " + std::string(*target.index_name) +
                                  " not found for table: " + definition.name);
}

const ContributorInsights* Find(const TableDefinition& definition, std::string_view index_name) {
  const auto found = std::find_if(definition.insights.begin(), definition.insights.end(),
                                  [&](const auto& insights) { return insights.index_name == index_name; });
  return found == definition.insights.end() ? nullptr : &*found;
}

// Rules of CloudWatch: of the partition keys and, if there are such, of the whole keys.
std::vector<std::string> RulesOf(const TableDefinition& definition, const ContributorInsights& insights) {
  const IndexDefinition* index = definition.FindIndex(insights.index_name);
  const KeySchema& keys = index ? index->keys : definition.keys;
  std::vector<std::string> kinds;
  if (!insights.throttled_keys_only) kinds.emplace_back("PKC");
  kinds.emplace_back("PKT");
  if (!keys.sort.empty() && !insights.throttled_keys_only) kinds.emplace_back("SKC");
  if (!keys.sort.empty()) kinds.emplace_back("SKT");
  std::vector<std::string> rules;
  for (const std::string& kind : kinds) {
    rules.push_back("DynamoDBContributorInsights-" + kind + "-" + definition.name +
                    (index ? "-" + insights.index_name : "") + "-" + std::to_string(insights.changed.value));
  }
  return rules;
}

InsightsDescription Describe(const TableDefinition& definition, std::string_view index_name) {
  InsightsDescription description;
  description.table_name = definition.name;
  description.index_name = index_name;
  const ContributorInsights* insights = Find(definition, index_name);
  if (!insights) return description;
  description.was_configured = true;
  description.status = insights->enabled ? InsightsStatus::kEnabled : InsightsStatus::kDisabled;
  description.throttled_keys_only = insights->throttled_keys_only;
  description.changed = insights->changed;
  if (insights->enabled) description.rules = RulesOf(definition, *insights);
  return description;
}

// "TABLE" or "TABLE/INDEX", in the order of the list; also the token behind which a page goes on.
std::string PlaceOf(const InsightsDescription& description) {
  return description.table_name + (description.index_name.empty() ? "" : "/" + description.index_name);
}

}  // namespace

Result<InsightsDescription> UpdateContributorInsights(const CallContext& context, const InsightsChange& request) {
  TRY_VOID(CheckIndexName(request));
  TRY(const TablePtr table, FindForControl(context.database, request.table_name));
  const std::string index_name(request.index_name.value_or(""));
  bool changes = false;
  const auto change = [&](const Table&, TableDefinition& definition, WriteBatch&) -> Result<void> {
    TRY_VOID(CheckIndex(definition, request));
    const ContributorInsights* before = Find(definition, index_name);
    const bool was_enabled = before && before->enabled;
    changes = was_enabled != request.enabled ||
              (request.enabled && before->throttled_keys_only != request.throttled_keys_only);
    if (!changes) return {};
    const bool throttled_only = request.enabled ? request.throttled_keys_only : before->throttled_keys_only;
    std::erase_if(definition.insights, [&](const auto& insights) { return insights.index_name == index_name; });
    definition.insights.push_back({index_name, request.enabled, throttled_only, context.database.clock().Now()});
    return {};
  };
  TRY(const TablePtr updated, context.database.catalog().Update(table, change));
  InsightsDescription description = Describe(updated->definition(), index_name);
  if (changes) description.status = request.enabled ? InsightsStatus::kEnabling : InsightsStatus::kDisabling;
  return description;
}

Result<InsightsDescription> DescribeContributorInsights(const CallContext& context, const InsightsTarget& request) {
  TRY_VOID(CheckIndexName(request));
  TRY(const TablePtr table, FindForControl(context.database, request.table_name));
  TRY_VOID(CheckIndex(table->definition(), request));
  return Describe(table->definition(), request.index_name.value_or(""));
}

Result<ListInsightsResponse> ListContributorInsights(const CallContext& context, const ListInsightsRequest& request) {
  std::vector<TablePtr> tables;
  if (request.table_name) {
    TRY(TablePtr table, FindForControl(context.database, *request.table_name));
    tables.push_back(std::move(table));
  } else {
    tables = context.database.catalog().All();
  }
  std::vector<InsightsDescription> all;
  for (const TablePtr& table : tables) {
    const TableDefinition& definition = table->definition();
    for (const ContributorInsights& insights : definition.insights) {
      if (insights.enabled) all.push_back(Describe(definition, insights.index_name));
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return PlaceOf(a) < PlaceOf(b); });
  ListInsightsResponse response;
  const auto limit =
      static_cast<std::size_t>(std::max<std::int64_t>(1, request.max_results.value_or(kDefaultMaxResults)));
  for (InsightsDescription& description : all) {
    if (request.next_token && PlaceOf(description) <= *request.next_token) continue;
    if (response.summaries.size() == limit) {
      response.next_token = PlaceOf(response.summaries.back());
      break;
    }
    response.summaries.push_back(std::move(description));
  }
  return response;
}

}  // namespace dynarock
