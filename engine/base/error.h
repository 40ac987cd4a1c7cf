// What an operation answers when it does not answer a result: a code, a message and what the reply carries besides.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dynarock {

// One enumerator for each error that DynamoDB can answer; protocol/error_json gives each its wire form.
enum class ErrorCode {
  kValidation,         // ValidationException
  kRequestValidation,  // ValidationException of the families that have two wordings, see protocol/error_json
  kEmptyKey,           // ValidationException of an empty key value, which a write transaction tells at top level
  kSerialization,
  kUnknownOperation,
  kMissingAuthenticationToken,
  kIncompleteSignature,
  kInvalidSignature,
  kUnrecognizedClient,
  kAccessDenied,
  kResourceNotFound,
  kResourceInUse,
  kTableNotFound,
  kPolicyNotFound,
  kConditionalCheckFailed,
  kDuplicateItem,
  kItemCollectionSizeLimitExceeded,
  kTransactionCanceled,
  kIdempotentParameterMismatch,
  kLimitExceeded,
  kTrimmedDataAccess,
  kExpiredIterator,
  kInternal,
  kCount,  // number of codes, not a code
};

// Why one action of a transaction was, or was not, to blame for its cancellation.
struct CancellationReason {
  std::string code = "None";
  std::string message = {};              // none if empty
  std::optional<std::string> item = {};  // item bytes, see ApiError::item
};

struct ApiError {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  // Item bytes returned beside a failed condition (ReturnValuesOnConditionCheckFailure), else empty.
  std::optional<std::string> item;
  // The message in the older layer of AWS's checks where it is another one, else empty; see protocol/README.md.
  std::string classic_message = {};
  // Of kTransactionCanceled: one for each action, in their order.
  std::vector<CancellationReason> reasons = {};
};

inline ApiError ValidationError(std::string message) {
  return {ErrorCode::kValidation, std::move(message), {}};
}

inline ApiError EmptyKeyError(std::string message) {
  return {ErrorCode::kEmptyKey, std::move(message), {}};
}

// An INSERT of PartiQL whose key is there.
inline ApiError DuplicateItemError() {
  return {ErrorCode::kDuplicateItem, "Duplicate primary key exists in table", {}};
}

// Expressions, values and misused parameters: some operations put "1 validation error detected: " in front.
inline ApiError RequestError(std::string message) {
  return {ErrorCode::kRequestValidation, std::move(message), {}};
}

// The same with another text in the older layer of checks.
inline ApiError RequestError(std::string message, std::string classic_message) {
  ApiError error = RequestError(std::move(message));
  error.classic_message = std::move(classic_message);
  return error;
}

inline const std::string& ClassicText(const ApiError& error) {
  return error.classic_message.empty() ? error.message : error.classic_message;
}

// `error` with `prefix` in front of its texts.
inline ApiError Prefixed(const std::string& prefix, ApiError error) {
  error.message.insert(0, prefix);
  if (!error.classic_message.empty()) error.classic_message.insert(0, prefix);
  return error;
}

inline ApiError InternalError(std::string message) {
  return {ErrorCode::kInternal, std::move(message), {}};
}

}  // namespace dynarock
