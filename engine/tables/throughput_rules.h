// Provisioned, on-demand and warm throughput: what may be asked for, and what a change of one does to the others.
#pragma once

#include "engine/tables/table_requests.h"

namespace dynarock {

// Whose throughput it is, as messages name it.
struct ThroughputOwner {
  std::string index;                                     // empty: the table
  BillingMode billing_mode = BillingMode::kProvisioned;  // of the table, after the request
};

// Of CreateTable. Errors: kValidation.
Result<void> CheckNewOnDemand(const OnDemandThroughput& on_demand, const ThroughputOwner& owner);
Result<void> CheckNewWarm(const WarmThroughput& warm, const Throughput& provisioned, const ThroughputOwner& owner);

// Of UpdateTable, where -1 takes a maximum away. Errors: kValidation.
Result<void> CheckOnDemandUpdate(const OnDemandThroughput& on_demand, const ThroughputOwner& owner);

// What is warm: never less than what is provisioned, or than what AWS gives on demand.
// Source: API_WarmThroughput; observed: conformance/cases/throughput/warm_throughput.case
WarmThroughput EffectiveWarm(BillingMode billing_mode, const Throughput& throughput, const WarmThroughput& warm);

// Raises `warm` by what is asked for. Errors: kValidation if that is lower than `effective`.
Result<void> RaiseWarm(const WarmThroughput& wanted, const WarmThroughput& effective, const ThroughputOwner& owner,
                       WarmThroughput& warm);

// Changes provisioned throughput, its times and its count of decreases.
// Errors: kValidation if nothing changes; kLimitExceeded beyond four decreases on a UTC day and one an hour.
Result<void> ChangeThroughput(const Throughput& wanted, EpochMillis now, const std::string& index,
                              Throughput& throughput);

// Decreases of the UTC day of `now`.
std::int64_t DecreasesToday(const Throughput& throughput, EpochMillis now);

// Makes of a definition what is told at `now`: decreases of other days do not count.
void CountDecreasesOfToday(TableDefinition& definition, EpochMillis now);

}  // namespace dynarock
