#include "protocol/local_texts.h"

#include <algorithm>
#include <array>

#include "protocol/error_json.h"

namespace dynarock {
namespace {

// An error that DynamoDB Local words in its own way.
struct Deviation {
  ErrorDetail detail;
  std::string_view text;
};

constexpr std::string_view kAttributeCount =
    "The number of attributes in key schema must match the number of attributes defined in attribute definitions.";

// The evidence of each is with its case in conformance/cases/local.
constexpr auto kDeviations = std::to_array<Deviation>({
    {ErrorDetail::kKeyAttributeMissing, "One of the required keys was not given a value"},
    {ErrorDetail::kKeyAttributeCount, "The number of conditions on the keys is invalid"},
    {ErrorDetail::kItemWithoutKey, "One of the required keys was not given a value"},
    {ErrorDetail::kTableNotFound, "Cannot do operations on a non-existent table"},
    {ErrorDetail::kTableExists, "Cannot create preexisting table"},
    {ErrorDetail::kRepeatedAttribute, "Cannot have two attributes with the same name"},
    {ErrorDetail::kNothingDefined, "No Attribute Schema Defined"},
    {ErrorDetail::kUnusedDefinitions, kAttributeCount},
    {ErrorDetail::kNoThroughput, "No provisioned throughput specified for the table"},
    {ErrorDetail::kNoIndexThroughput, "No provisioned throughput specified for the global secondary index"},
    {ErrorDetail::kNoGlobalIndexes, "GSI list is empty/invalid"},
    {ErrorDetail::kLocalIndexOfHash,
     "Local Secondary indices are not allowed on hash tables, only hash and range tables"},
    {ErrorDetail::kLocalIndexWithoutKey, "Local secondary indices must have a range key"},
    {ErrorDetail::kTooManyLocalIndexes, "Cannot have more than 5 local secondary indexes per table"},
});

// Empty if it is AWS's classic one.
std::string OwnText(const ErrorFacts& facts) {
  if (!facts.prefix.empty()) return "";
  if (facts.detail == ErrorDetail::kUndefinedKey) {
    return facts.fields.at(0) + facts.fields.at(1) + " Key not specified in Attribute Definitions.  Type unknown.";
  }
  if (facts.detail == ErrorDetail::kBelowOne && facts.fields.at(0) == "Limit") {
    return "Limit must be greater than or equal to 1";
  }
  const auto found = std::find_if(kDeviations.begin(), kDeviations.end(),
                                  [&](const Deviation& deviation) { return deviation.detail == facts.detail; });
  return found == kDeviations.end() ? "" : std::string(found->text);
}

}  // namespace

std::string LocalText(const ApiError& error) {
  std::string own = OwnText(error.facts);
  return own.empty() ? ClassicText(error) : own;
}

}  // namespace dynarock
