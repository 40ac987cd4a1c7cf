// UpdateContributorInsights, DescribeContributorInsights, ListContributorInsights: settings; nothing is measured.
#pragma once

#include "engine/requests/call_context.h"

namespace dynarock {

struct InsightsTarget {
  std::string_view table_name;
  std::optional<std::string_view> index_name;
};

struct InsightsChange : InsightsTarget {
  bool enabled = false;
  bool throttled_keys_only = false;
};

enum class InsightsStatus { kEnabling, kEnabled, kDisabling, kDisabled };

struct InsightsDescription {
  std::string table_name;
  std::string index_name;  // empty: of the table
  InsightsStatus status = InsightsStatus::kDisabled;
  bool was_configured = false;  // else there is nothing to tell
  bool throttled_keys_only = false;
  EpochMillis changed;
  std::vector<std::string> rules;
};

struct ListInsightsRequest {
  std::optional<std::string_view> table_name;
  std::optional<std::string_view> next_token;
  std::optional<std::int64_t> max_results;
};

struct ListInsightsResponse {
  std::vector<InsightsDescription> summaries;
  std::optional<std::string> next_token;
};

// Errors: kResourceNotFound; kValidation for an index name that is too short or too long.
Result<InsightsDescription> UpdateContributorInsights(const CallContext& context, const InsightsChange& request);
Result<InsightsDescription> DescribeContributorInsights(const CallContext& context, const InsightsTarget& request);
// Those that are enabled. Errors: kResourceNotFound.
Result<ListInsightsResponse> ListContributorInsights(const CallContext& context, const ListInsightsRequest& request);

}  // namespace dynarock
