// GlobalSecondaryIndexUpdates: what they do to a table's definition.
#pragma once

#include "engine/operations/table_requests.h"

namespace dynarock {

struct IndexChangeContext {
  const UpdateTableRequest& request;
  BillingMode billing_mode;  // after the request
  BillingMode billing_before;
  EpochMillis now;
};

// Changes `definition`, and `shown` into what the answer tells of it.
// Errors: kLimitExceeded for more than one index added or removed at a time; kResourceNotFound, kResourceInUse,
// kValidation.
Result<void> ChangeGlobalIndexes(const IndexChangeContext& context, TableDefinition& definition,
                                 TableDefinition& shown);

// Raises what is warm to what it is in effect, before units are changed: it never falls.
void KeepWarm(TableDefinition& definition);

// `from` with the maxima of `change`, -1 as it is given; and the same without those.
OnDemandThroughput MergeOnDemand(const OnDemandThroughput& from, const OnDemandThroughput& change);
OnDemandThroughput WithoutCleared(OnDemandThroughput on_demand);

}  // namespace dynarock
