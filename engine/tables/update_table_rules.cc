#include "engine/tables/update_table_rules.h"

#include <set>

#include "engine/base/errors.h"
#include "engine/tables/encryption_rules.h"
#include "engine/tables/index_rules.h"
#include "engine/tables/table_rules.h"

namespace dynarock {
namespace {

bool HasIndexUpdates(const UpdateTableRequest& request) {
  return request.index_updates && !request.index_updates->empty();
}

bool ChangesUnits(const UpdateTableRequest& request) {
  return request.throughput || request.billing_mode;
}

Result<void> CheckAnyChange(const UpdateTableRequest& request) {
  if (ChangesUnits(request) || HasIndexUpdates(request) || request.encryption || request.deletion_protection ||
      !request.on_demand.empty() || request.warm || request.table_class || request.stream) {
    return {};
  }
  return WithFacts(
      ValidationError(
          "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
          "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
          "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"),
      {.detail = ErrorDetail::kNoTableChange});
}

Result<void> CheckUnits(const UpdateTableRequest& request) {
  if (request.billing_mode == BillingMode::kPayPerRequest && request.throughput) {
    return errors::UnitsOnDemand();
  }
  if (request.billing_mode == BillingMode::kProvisioned && !request.throughput) {
    return InvalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  }
  return request.throughput ? CheckBounds(*request.throughput) : Result<void>();
}

Result<void> CheckIndexUpdate(const IndexUpdateRequest& update) {
  const int actions = int{update.update.has_value()} + int{update.create.has_value()} + int{update.remove.has_value()};
  if (actions == 0) {
    return InvalidParameter(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null");
  }
  if (actions > 1) {
    return InvalidParameter("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object");
  }
  if (update.update && update.update->warm && !update.update->warm->read_units && !update.update->warm->write_units) {
    return InvalidParameter(
        "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: " +
        std::string(update.name()));
  }
  return {};
}

Result<void> CheckIndexUpdates(const UpdateTableRequest& request) {
  if (!request.index_updates) return {};
  if (request.index_updates->empty()) return InvalidParameter("List of GlobalSecondaryIndexUpdates is empty");
  for (const IndexUpdateRequest& update : *request.index_updates) TRY_VOID(CheckIndexUpdate(update));
  std::set<std::string_view> names;
  for (const IndexUpdateRequest& update : *request.index_updates) {
    if (names.insert(update.name()).second) continue;
    return InvalidParameter("Only one global secondary index update per index is allowed simultaneously. Index: " +
                            std::string(update.name()));
  }
  return {};
}

// Most settings are changed alone. What may go together: conformance/cases/update_table/combinations.case
Result<void> CheckCombination(const UpdateTableRequest& request) {
  const int changes = int{ChangesUnits(request)} + int{HasIndexUpdates(request)} + int{request.encryption.has_value()} +
                      int{request.deletion_protection.has_value()} + int{!request.on_demand.empty()} +
                      int{request.warm.has_value()} + int{request.table_class.has_value()} +
                      int{request.stream.has_value()};
  if (changes < 2) return {};
  const auto only = [](const std::string& what) {
    return InvalidParameter(what + " must be the only operation in the request");
  };
  if (request.encryption) return only("Server-Side Encryption modification");
  if (request.table_class) return only("TableClass modification");
  if (request.deletion_protection) return only("DeletionProtection modification");
  bool creates_index = false, changes_schema = false;
  for (const IndexUpdateRequest& update : request.index_updates.value_or(std::vector<IndexUpdateRequest>())) {
    creates_index = creates_index || update.create;
    changes_schema = changes_schema || update.changes_schema();
  }
  if (request.warm && creates_index) {
    return InvalidParameter("Create global secondary index cannot be specified when updating WarmThroughput");
  }
  if (request.warm) return only("WarmThroughput");
  if (!request.on_demand.empty() && (changes > 2 || !request.billing_mode)) {
    return InvalidParameter("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request");
  }
  if (request.throughput && request.stream) {
    return InvalidParameter("You cannot modify stream status while updating table IOPS");
  }
  if (request.throughput && changes_schema) {
    return InvalidParameter("You cannot create or delete index while updating table IOPS");
  }
  if (request.stream && changes_schema) {
    return InvalidParameter("You cannot create or delete index while changing stream status");
  }
  return {};
}

}  // namespace

Result<void> CheckUpdateTable(const UpdateTableRequest& request) {
  TRY_VOID(CheckAnyChange(request));
  TRY_VOID(CheckTableClass(request.table_class));
  TRY_VOID(CheckUnits(request));
  TRY_VOID(CheckIndexUpdates(request));
  TRY_VOID(CheckCombination(request));
  if (request.stream) TRY_VOID(CheckStreamChange(*request.stream));
  return request.encryption ? CheckEncryption(*request.encryption) : Result<void>();
}

}  // namespace dynarock
