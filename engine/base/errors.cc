#include "engine/base/errors.h"

#include "engine/base/limits.h"

namespace dynarock::errors {

ApiError TableNotFound() {
  return WithFacts({ErrorCode::kResourceNotFound, "Requested resource not found", {}},
                   {.detail = ErrorDetail::kTableNotFound});
}

ApiError TableNotFound(std::string_view name) {
  return WithFacts(ResourceNotFound("Table: " + std::string(name) + " not found"),
                   {.detail = ErrorDetail::kTableNotFound});
}

ApiError ResourceNotFound(const std::string& what) {
  return {ErrorCode::kResourceNotFound, "Requested resource not found: " + what, {}};
}

ApiError ResourceInUse(const std::string& why) {
  return {ErrorCode::kResourceInUse, "Attempt to change a resource which is still in use: " + why, {}};
}

ApiError SubscriberLimitExceeded(const std::string& why) {
  return {ErrorCode::kLimitExceeded, "Subscriber limit exceeded: " + why, {}};
}

ApiError TooManyProjectedAttributes() {
  return InvalidParameter("NonKeyAttributes count exceeds the per-table limit of " +
                          std::to_string(kMaxProjectedNonKeyAttributes));
}

ApiError UnitsOnDemand() {
  return InvalidParameter(
      "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
}

ApiError IndexUnitsRequired(const std::string& index) {
  return InvalidParameter("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: " + index);
}

ApiError IndexNotFound() {
  return ValidationError("The table does not have the specified index");
}

ApiError IndexNotFound(std::string_view name) {
  return ValidationError(IndexNotFound().message + ": " + std::string(name));
}

ApiError IndexIsBackfilling(const std::string& index) {
  return ValidationError("Cannot read from backfilling global secondary index: " + index);
}

ApiError ConstraintViolated(const std::string& value, std::string_view field, const std::string& constraint) {
  return WithFacts(ValidationError("Value " + value + " at '" + std::string(field) +
                                   "' failed to satisfy constraint: " + constraint),
                   {.detail = ErrorDetail::kInEnvelope});
}

ApiError OutOfRange(std::int64_t value, std::string_view field, std::int64_t least, std::int64_t most) {
  const bool is_low = value < least;
  return ConstraintViolated("'" + std::to_string(value) + "'", field,
                            "Member must have value " + (is_low ? "greater than or equal to " + std::to_string(least)
                                                                : "less than or equal to " + std::to_string(most)));
}

ApiError ItemTooLarge() {
  return ValidationError("Item size has exceeded the maximum allowed size");
}

ApiError KeyNotOfSchema() {
  return ValidationError("The provided key element does not match the schema");
}

ApiError KeyAttributeMissing() {
  return WithFacts(KeyNotOfSchema(), {.detail = ErrorDetail::kKeyAttributeMissing});
}

ApiError IndexKeyTypeMismatch(const std::string& attribute, std::string_view expected, std::string_view actual,
                              const std::string& index) {
  return InvalidParameter("Type mismatch for Index Key " + attribute + " Expected: " + std::string(expected) +
                          " Actual: " + std::string(actual) + " IndexName: " + index);
}

ApiError DuplicateKeys() {
  return ValidationError("Provided list of item keys contains duplicates");
}

ApiError DuplicateTransactionItems() {
  return ValidationError("Transaction request cannot include multiple operations on one item");
}

ApiError DuplicateItem() {
  return {ErrorCode::kDuplicateItem, "Duplicate primary key exists in table", {}};
}

ApiError NoRequestItems(const std::string& operation) {
  return WithFacts(
      ValidationError(
          "Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1"),
      {.detail = ErrorDetail::kNoRequestItems, .fields = {operation}});
}

ApiError TooManyRequestItems(const std::string& operation) {
  return ValidationError("Too many items requested for the " + operation + " call");
}

ApiError TransactionTooLarge() {
  return ValidationError("The aggregate size of the items in the transaction cannot exceed 4 MB");
}

ApiError NestingTooDeep() {
  return WithFacts(ValidationError("Nesting Levels have exceeded supported limits"), {.detail = ErrorDetail::kTooDeep});
}

ApiError SeveralDatatypes() {
  return WithFacts(
      ValidationError("Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
                      "the supported datatypes"),
      {.detail = ErrorDetail::kDatatypeCount});
}

}  // namespace dynarock::errors
