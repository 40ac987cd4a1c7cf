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

// Which error of its code this is, for the errors that a caller treats differently from others of their code, and for
// those that AWS's wordings or DynamoDB Local word differently (protocol/error_json, protocol/local_texts). A comment
// says which facts an error has.
enum class ErrorDetail {
  kNone,
  kInEnvelope,       // AWS puts "1 validation error detected: " in front of it
  kInNewerEnvelope,  // only the newer layer of AWS's checks does

  // Attribute values
  kDatatypeCount,           // none or several in one value
  kFalseNull,               // a null that is not true
  kEmptySet,                // of strings or binaries
  kTooDeep,                 // more levels of lists and maps than are allowed
  kUnnamedAttribute,        // value: the rule
  kEmptyNumber,             // a number without characters
  kNumberBeyondInt32,       // a number so large that its exponent overflows 32 bits
  kNumberBeyondBigDecimal,  // value: the number, which Java's BigDecimal does not hold
  kDuplicateNumbers,        // in a set
  kDuplicateTexts,          // value: the set as it was given, "[a, b, a]"
  kDuplicateBinaries,       // the same

  // Expressions
  kUpdateOperandType,  // fields: the action; value: the operand's type
  kUnusableValues,     // fields: the parameters that could use ExpressionAttributeValues, and were not given
  kKeyConditionForm,   // value: the rule
  kKeyConditionCount,

  // Requests
  kNoRequestItems,  // fields: the operation
  kNoTableChange,

  // Keys
  kKeyAttributeMissing,  // of a key parameter
  kKeyAttributeCount,    // of a key parameter
  kItemWithoutKey,

  // Tables
  kTableNotFound,
  kTableExists,
  kRepeatedAttribute,     // one name twice where names must differ
  kUndefinedKey,          // fields: the schema's owner and the key's type, "Local Secondary Index ", "Hash"
  kNothingDefined,        // a key schema without any attribute definitions
  kUnusedDefinitions,     // more attributes are defined than keys use
  kNoThroughput,          // of a table
  kNoIndexThroughput,     // of a global secondary index
  kNoGlobalIndexes,       // an empty list
  kLocalIndexOfHash,      // a local index of a table without a sort key
  kLocalIndexWithoutKey,  // a local index without a sort key
  kTooManyLocalIndexes,
  kBelowOne,  // fields: the parameter
};

// What an error is about, for the layer that words it.
struct ErrorFacts {
  ErrorDetail detail = ErrorDetail::kNone;
  std::vector<std::string> fields = {};
  std::string value = {};
  std::string placeholder = {};  // of ExpressionAttributeValues, ":v", whose value is wrong
  std::string prefix = {};       // what stands in front of the error's own text
  std::string suffix = {};       // what stands after it
};

// Why one action of a transaction was, or was not, to blame for its cancellation.
struct CancellationReason {
  std::string code = "None";
  std::string message = {};              // none if empty
  std::optional<std::string> item = {};  // item bytes, see ApiError::item
  ErrorFacts facts = {};
};

struct ApiError {
  ErrorCode code = ErrorCode::kInternal;
  // In the newer layer of AWS's checks, without its envelope; protocol/error_json makes the other wordings of the
  // facts.
  std::string message;
  // Item bytes returned beside a failed condition (ReturnValuesOnConditionCheckFailure), else empty.
  std::optional<std::string> item;
  ErrorFacts facts = {};
  // Of kTransactionCanceled: one for each action, in their order.
  std::vector<CancellationReason> reasons = {};
  // More about the error for logs and for files of our own; never part of a reply.
  std::string explanation = {};
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

// Expressions, values and misused parameters: some operations put "1 validation error detected: " in front.
[[gnu::cold]] ApiError RequestError(std::string message);

[[gnu::cold]] ApiError InternalError(std::string message);

// A ValidationException, "One or more parameter values were invalid: " and why.
[[gnu::cold]] ApiError InvalidParameter(const std::string& why);

// The same as a RequestError.
[[gnu::cold]] ApiError InvalidRequestParameter(const std::string& why);

// `error` with its facts.
[[gnu::cold]] ApiError WithFacts(ApiError error, ErrorFacts facts);

// `error` with `prefix` in front of its texts.
[[gnu::cold]] ApiError Prefixed(const std::string& prefix, ApiError error);

// `error` with `suffix` after its texts.
[[gnu::cold]] ApiError Suffixed(ApiError error, const std::string& suffix);

}  // namespace dynarock
