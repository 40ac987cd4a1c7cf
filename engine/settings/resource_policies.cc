#include "engine/settings/resource_policies.h"

#include <algorithm>

#include "engine/requests/resource_arn.h"
#include "engine/tables/tables.h"

namespace dynarock {
namespace {

constexpr std::string_view kNoPolicy = "NO_POLICY";

ApiError PolicyNotFound(const std::string& why) {
  return {ErrorCode::kPolicyNotFound, "Resource-based policy not found for the provided ResourceArn: " + why, {}};
}

const ResourcePolicy* Find(const TableDefinition& definition, std::string_view arn) {
  const auto found = std::find_if(definition.policies.begin(), definition.policies.end(),
                                  [&](const ResourcePolicy& policy) { return policy.resource_arn == arn; });
  return found == definition.policies.end() ? nullptr : &*found;
}

Result<void> CheckRevision(const TableDefinition& definition, const ResourcePolicy* policy,
                           std::optional<std::string_view> expected) {
  if (!expected) return {};
  if (*expected == kNoPolicy) {
    if (!policy) return {};
    return PolicyNotFound("Requested policy update expecting none to be present for table " + definition.name +
                          ", but a policy exists with revision id " + policy->revision_id + ".");
  }
  if (policy && policy->revision_id == *expected) return {};
  return PolicyNotFound("Requested update for policy with revision id " + std::string(*expected) +
                        ", but the policy associated to target table " + definition.name +
                        (policy ? " has revision id " + policy->revision_id + "." : " does not exist."));
}

// Revisions are times, and no two of a policy are the same.
std::string NextRevision(const Database& database, const ResourcePolicy* policy) {
  const std::string now = std::to_string(database.clock().Now().value);
  if (!policy || policy->revision_id < now) return now;
  return std::to_string(std::stoll(policy->revision_id) + 1);
}

}  // namespace

Result<PolicyRevision> PutResourcePolicy(const CallContext& context, const PutPolicyRequest& request) {
  TRY_VOID(CheckPolicyArn(context.database, request.resource_arn));
  if (request.policy.error) return *request.policy.error;
  TRY(const TablePtr table, FindForControl(context.database, TableOfResource(request.resource_arn)));
  PolicyRevision revision;
  const auto change = [&](const Table&, TableDefinition& definition, WriteBatch&) -> Result<void> {
    const ResourcePolicy* before = Find(definition, request.resource_arn);
    TRY_VOID(CheckRevision(definition, before, request.expected_revision_id));
    const bool is_same = before && before->document == request.policy.json;
    revision.id = is_same ? before->revision_id : NextRevision(context.database, before);
    std::erase_if(definition.policies, [&](const auto& policy) { return policy.resource_arn == request.resource_arn; });
    definition.policies.push_back({std::string(request.resource_arn), request.policy.json, *revision.id});
    return {};
  };
  TRY(const TablePtr updated, context.database.catalog().Update(table, change));
  return revision;
}

Result<ResourcePolicy> GetResourcePolicy(const CallContext& context, std::string_view resource_arn) {
  TRY_VOID(CheckPolicyArn(context.database, resource_arn));
  TRY(const TablePtr table, FindForControl(context.database, TableOfResource(resource_arn)));
  const ResourcePolicy* policy = Find(table->definition(), resource_arn);
  if (!policy) return PolicyNotFound(std::string(resource_arn));
  return *policy;
}

Result<PolicyRevision> DeleteResourcePolicy(const CallContext& context, const DeletePolicyRequest& request) {
  TRY_VOID(CheckPolicyArn(context.database, request.resource_arn));
  TRY(const TablePtr table, FindForControl(context.database, TableOfResource(request.resource_arn)));
  PolicyRevision revision;
  const auto change = [&](const Table&, TableDefinition& definition, WriteBatch&) -> Result<void> {
    const ResourcePolicy* policy = Find(definition, request.resource_arn);
    TRY_VOID(CheckRevision(definition, policy, request.expected_revision_id));
    if (!policy) return {};
    revision.id = NextRevision(context.database, policy);
    std::erase_if(definition.policies, [&](const auto& one) { return one.resource_arn == request.resource_arn; });
    return {};
  };
  TRY(const TablePtr updated, context.database.catalog().Update(table, change));
  return revision;
}

}  // namespace dynarock
