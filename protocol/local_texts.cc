#include "protocol/local_texts.h"

#include <algorithm>
#include <array>

namespace dynarock {
namespace {

// A message of AWS, in which a star stands for any text, and what DynamoDB Local says in its place.
struct Deviation {
  ErrorCode code;
  std::string_view classic;
  std::string_view local;
};

constexpr std::string_view kNoTable = "Cannot do operations on a non-existent table";
constexpr std::string_view kSameName = "Cannot have two attributes with the same name";
constexpr std::string_view kAttributeCount =
    "The number of attributes in key schema must match the number of attributes defined in attribute definitions.";
constexpr std::string_view kSmallLimit = "Limit must be greater than or equal to 1";

#define DYNAROCK_INVALID "One or more parameter values were invalid: "

// The evidence of each is with its case in conformance/cases/local.
constexpr auto kDeviations = std::to_array<Deviation>({
    {ErrorCode::kResourceNotFound, "Requested resource not found", kNoTable},
    {ErrorCode::kResourceNotFound, "Requested resource not found: Table: *", kNoTable},
    {ErrorCode::kResourceInUse, "Table already exists: *", "Cannot create preexisting table"},
    {ErrorCode::kValidation, "Attribute Name is duplicated: *", kSameName},
    {ErrorCode::kValidation, "Both the Hash Key and the Range Key element in the KeySchema have the same name",
     kSameName},
    {ErrorCode::kValidation, DYNAROCK_INVALID "Duplicate value in attribute name: *", kSameName},
    {ErrorCode::kRequestValidation, DYNAROCK_INVALID "Duplicate value in attribute name: *", kSameName},
    {ErrorCode::kValidation, DYNAROCK_INVALID "Some AttributeDefinitions are not used. *", kAttributeCount},
    {ErrorCode::kValidation, DYNAROCK_INVALID "Number of attributes in KeySchema does not exactly match *",
     kAttributeCount},
    {ErrorCode::kValidation,
     DYNAROCK_INVALID "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
     "No provisioned throughput specified for the table"},
    {ErrorCode::kValidation, DYNAROCK_INVALID "ProvisionedThroughput is not specified for index: *",
     "No provisioned throughput specified for the global secondary index"},
    {ErrorCode::kValidation, DYNAROCK_INVALID "List of GlobalSecondaryIndexes is empty", "GSI list is empty/invalid"},
    {ErrorCode::kValidation,
     DYNAROCK_INVALID
     "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
     "Local Secondary indices are not allowed on hash tables, only hash and range tables"},
    {ErrorCode::kValidation, DYNAROCK_INVALID "Index KeySchema does not have a range key for index: *",
     "Local secondary indices must have a range key"},
    {ErrorCode::kValidation, DYNAROCK_INVALID "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
     "Cannot have more than 5 local secondary indexes per table"},
    {ErrorCode::kValidation, DYNAROCK_INVALID "Missing the key * in the item",
     "One of the required keys was not given a value"},
    {ErrorCode::kValidation,
     "1 validation error detected: Value '*' at 'limit' failed to satisfy constraint: Member must have value greater "
     "than or equal to 1",
     kSmallLimit},
    {ErrorCode::kValidation,
     "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than "
     "or equal to 1",
     kSmallLimit},
});

#undef DYNAROCK_INVALID

bool Matches(std::string_view pattern, std::string_view text) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  const std::string_view begin = pattern.substr(0, star), end = pattern.substr(star + 1);
  return text.size() >= begin.size() + end.size() && text.starts_with(begin) && text.ends_with(end);
}

}  // namespace

std::string LocalText(const ApiError& error) {
  if (!error.local_message.empty()) return error.local_message;
  const std::string& classic = ClassicText(error);
  const auto found = std::find_if(kDeviations.begin(), kDeviations.end(), [&](const Deviation& deviation) {
    return deviation.code == error.code && Matches(deviation.classic, classic);
  });
  return found == kDeviations.end() ? classic : std::string(found->local);
}

}  // namespace dynarock
