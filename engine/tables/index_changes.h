// GlobalSecondaryIndexUpdates: what they do to a table's definition.
#pragma once

#include "engine/tables/table_requests.h"

namespace dynarock {

struct IndexChangeContext {
  const UpdateTableRequest& request;
  BillingMode billing_mode;  // after the request
  BillingMode billing_before;
  EpochMillis now;
  bool takes_time = false;  // an index that is changed or removed has a status for a while
};

// Changes `definition`, and `shown` into what the answer tells of it.
// Errors: kLimitExceeded for more than one index added or removed at a time; kResourceNotFound, kResourceInUse,
// kValidation.
Result<void> ChangeGlobalIndexes(const IndexChangeContext& context, TableDefinition& definition,
                                 TableDefinition& shown);

// Removes the indexes whose status is DELETING, and what was said of them.
void EraseDeletedIndexes(TableDefinition& definition);

// Raises what is warm to what it is in effect, before units are changed: it never falls.
void KeepWarm(TableDefinition& definition);

// `from` with the maxima of `change`, -1 as it is given; and the same without those.
OnDemandThroughput MergeOnDemand(const OnDemandThroughput& from, const OnDemandThroughput& change);
OnDemandThroughput WithoutCleared(OnDemandThroughput on_demand);

}  // namespace dynarock
