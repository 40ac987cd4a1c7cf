// What an operation answers when it does not answer a result: a code, a message and what the reply carries besides.
#pragma once

#include <memory>
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
  // The message of DynamoDB Local if it depends on more than AWS's, else empty; see protocol/local_texts.
  std::string local_message = {};
  // Of kTransactionCanceled: one for each action, in their order.
  std::vector<CancellationReason> reasons = {};
};

// An error that is mostly not there, in the room of a pointer. A copy copies the error.
class OptionalError {
 public:
  OptionalError() = default;
  OptionalError(std::optional<ApiError> error) {  // NOLINT(google-explicit-constructor): what functions return
    if (error) [[unlikely]]
      Set(std::move(*error));
  }
  OptionalError(const OptionalError& other) {
    if (other.error_) [[unlikely]]
      Set(*other.error_);
  }
  OptionalError(OptionalError&&) noexcept = default;
  OptionalError& operator=(const OptionalError& other) { return *this = OptionalError(other); }
  OptionalError& operator=(OptionalError&&) noexcept = default;
  ~OptionalError() = default;

  explicit operator bool() const { return error_ != nullptr; }
  const ApiError& operator*() const { return *error_; }
  const ApiError* operator->() const { return error_.get(); }

 private:
  struct Delete {
    [[gnu::cold]] void operator()(ApiError* error) const;
  };
  [[gnu::cold]] void Set(ApiError error);

  std::unique_ptr<ApiError, Delete> error_;
};

// Cold: what leads to one of these lies outside of the path of a call that succeeds.
[[gnu::cold]] ApiError ValidationError(std::string message);
[[gnu::cold]] ApiError EmptyKeyError(std::string message);

// An INSERT of PartiQL whose key is there.
[[gnu::cold]] ApiError DuplicateItemError();

// Expressions, values and misused parameters: some operations put "1 validation error detected: " in front.
[[gnu::cold]] ApiError RequestError(std::string message);

// The same with another text in the older layer of checks.
[[gnu::cold]] ApiError RequestError(std::string message, std::string classic_message);

// The same error with another text in DynamoDB Local's place.
[[gnu::cold]] ApiError AsLocal(ApiError error, std::string local_message);

[[gnu::cold]] ApiError InternalError(std::string message);

inline const std::string& ClassicText(const ApiError& error) {
  return error.classic_message.empty() ? error.message : error.classic_message;
}

// `error` with `prefix` in front of its texts.
[[gnu::cold]] ApiError Prefixed(const std::string& prefix, ApiError error);

// A ValidationException, "One or more parameter values were invalid: " and why.
ApiError InvalidParameter(const std::string& why);

}  // namespace dynarock
