#include "protocol/error_json.h"

#include <array>

#include "engine/base/joined.h"
#include "engine/item/number.h"
#include "protocol/attribute_value.h"
#include "protocol/local_texts.h"

namespace dynarock {
namespace {

struct WireError {
  ErrorCode code;
  int status;
  std::string_view type;
  std::string_view message_key;  // empty: the error has no message
};

#define DYNAROCK_DYNAMODB "com.amazonaws.dynamodb.v20120810#"
#define DYNAROCK_CORAL "com.amazon.coral.service#"

constexpr std::array<WireError, static_cast<std::size_t>(ErrorCode::kCount)> kWireErrors = {{
    {ErrorCode::kValidation, 400, "com.amazon.coral.validate#ValidationException", "message"},
    {ErrorCode::kRequestValidation, 400, "com.amazon.coral.validate#ValidationException", "message"},
    {ErrorCode::kEmptyKey, 400, "com.amazon.coral.validate#ValidationException", "message"},
    {ErrorCode::kSerialization, 400, DYNAROCK_CORAL "SerializationException", "Message"},
    {ErrorCode::kUnknownOperation, 400, DYNAROCK_CORAL "UnknownOperationException", "message"},
    {ErrorCode::kMissingAuthenticationToken, 400, DYNAROCK_CORAL "MissingAuthenticationTokenException", "message"},
    {ErrorCode::kIncompleteSignature, 400, DYNAROCK_CORAL "IncompleteSignatureException", "message"},
    {ErrorCode::kInvalidSignature, 400, DYNAROCK_CORAL "InvalidSignatureException", "message"},
    {ErrorCode::kUnrecognizedClient, 400, DYNAROCK_CORAL "UnrecognizedClientException", "message"},
    {ErrorCode::kAccessDenied, 400, DYNAROCK_CORAL "AccessDeniedException", "Message"},
    {ErrorCode::kResourceNotFound, 400, DYNAROCK_DYNAMODB "ResourceNotFoundException", "message"},
    {ErrorCode::kResourceInUse, 400, DYNAROCK_DYNAMODB "ResourceInUseException", "message"},
    {ErrorCode::kTableNotFound, 400, DYNAROCK_DYNAMODB "TableNotFoundException", "message"},
    {ErrorCode::kPolicyNotFound, 400, DYNAROCK_DYNAMODB "PolicyNotFoundException", "message"},
    {ErrorCode::kConditionalCheckFailed, 400, DYNAROCK_DYNAMODB "ConditionalCheckFailedException", "message"},
    {ErrorCode::kDuplicateItem, 400, DYNAROCK_DYNAMODB "DuplicateItemException", "message"},
    {ErrorCode::kItemCollectionSizeLimitExceeded, 400, DYNAROCK_DYNAMODB "ItemCollectionSizeLimitExceededException",
     "message"},
    {ErrorCode::kTransactionCanceled, 400, DYNAROCK_DYNAMODB "TransactionCanceledException", "Message"},
    {ErrorCode::kIdempotentParameterMismatch, 400, DYNAROCK_DYNAMODB "IdempotentParameterMismatchException", "Message"},
    {ErrorCode::kLimitExceeded, 400, DYNAROCK_DYNAMODB "LimitExceededException", "message"},
    {ErrorCode::kTrimmedDataAccess, 400, DYNAROCK_DYNAMODB "TrimmedDataAccessException", "message"},
    {ErrorCode::kExpiredIterator, 400, DYNAROCK_DYNAMODB "ExpiredIteratorException", "message"},
    {ErrorCode::kInternal, 500, DYNAROCK_DYNAMODB "InternalServerError", "message"},
}};

#undef DYNAROCK_DYNAMODB
#undef DYNAROCK_CORAL

constexpr bool InOrderOfCodes() {
  for (std::size_t i = 0; i < kWireErrors.size(); ++i) {
    if (static_cast<std::size_t>(kWireErrors[i].code) != i) return false;
  }
  return true;
}
static_assert(InOrderOfCodes(), "each ErrorCode has its row, in the order of the enum");

const WireError& WireOf(ErrorCode code) {
  return kWireErrors[static_cast<std::size_t>(code)];
}

std::string Enveloped(const std::string& text) {
  return "1 validation error detected: " + text;
}

// The error's own text in the older layer; empty if it is that of the newer one.
// Observed: the cases with "400 classic" in conformance/cases
std::string OlderText(const ErrorFacts& facts) {
  switch (facts.detail) {
    case ErrorDetail::kUnnamedAttribute:
      return facts.value;
    case ErrorDetail::kEmptyNumber:
      return "The parameter cannot be converted to a numeric value";
    case ErrorDetail::kNumberBeyondInt32:
      return errors::NumberUnderflow().message;
    case ErrorDetail::kNumberBeyondBigDecimal:
      return errors::NotNumeric(facts.value).message;
    case ErrorDetail::kDuplicateNumbers:
      return "Input collection contains duplicates";
    case ErrorDetail::kDuplicateTexts:
      return InvalidParameter("Input collection " + facts.value + " contains duplicates.").message;
    case ErrorDetail::kDuplicateBinaries:
      return InvalidParameter("Input collection " + facts.value + "of type BS contains duplicates.").message;
    case ErrorDetail::kUpdateOperandType:
      return "Incorrect operand type for operator or function; operator: " + facts.fields.at(0) +
             ", operand type: " + facts.value + ", typeSet: ALLOWED_FOR_" + facts.fields.at(0) + "_OPERAND";
    case ErrorDetail::kUnusableValues:
      return "ExpressionAttributeValues can only be specified when using expressions: " +
             Joined(facts.fields, " and ") + (facts.fields.size() > 1 ? " are null" : " is null");
    case ErrorDetail::kKeyConditionForm:
      return facts.value;
    case ErrorDetail::kKeyConditionCount:
      return "Conditions can be of length 1 or 2 only";
    case ErrorDetail::kNoRequestItems:
      return "The requestItems parameter is required for " + facts.fields.at(0);
    case ErrorDetail::kNoTableChange:
      return "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
             "SSESpecification or ReplicaUpdates is required";
    default:
      return "";
  }
}

// Requires: `message` is the newer layer's of `facts`.
std::string OlderMessage(const std::string& message, const ErrorFacts& facts) {
  if (facts.detail == ErrorDetail::kInEnvelope) return Enveloped(message);
  const std::string own = OlderText(facts);
  const std::string text = own.empty() ? message : facts.prefix + own + facts.suffix;
  if (facts.placeholder.empty()) return text;
  return "ExpressionAttributeValues contains invalid value: " + text + " for key " + facts.placeholder;
}

std::string NewerMessage(const ApiError& error, CheckLayer layer) {
  const ErrorDetail detail = error.facts.detail;
  const bool is_wrapped = detail == ErrorDetail::kInEnvelope || detail == ErrorDetail::kInNewerEnvelope ||
                          detail == ErrorDetail::kNoRequestItems ||
                          (layer == CheckLayer::kEnveloped && error.code == ErrorCode::kRequestValidation);
  return is_wrapped ? Enveloped(error.message) : error.message;
}

std::string MessageOf(const ApiError& error, Wording wording, CheckLayer layer) {
  if (wording == Wording::kLocal) return LocalText(error);
  const bool is_older = wording == Wording::kClassic || layer == CheckLayer::kOlder;
  return is_older ? ClassicText(error) : NewerMessage(error, layer);
}

// Writes of one item have a capital letter beside the item in the classic wording, DynamoDB Local has it everywhere.
// Observed: conformance/cases/items/failed_condition.case, conformance/cases/local
std::string_view MessageKey(const ApiError& error, Wording wording, CheckLayer layer) {
  if (wording == Wording::kLocal) return "Message";
  const bool is_write = layer == CheckLayer::kEnveloped;
  return is_write && wording == Wording::kClassic && error.item ? "Message" : WireOf(error.code).message_key;
}

void WriteReasons(JsonWriter& out, const std::vector<CancellationReason>& reasons) {
  WriteKey(out, "CancellationReasons");
  out.StartArray();
  for (const CancellationReason& reason : reasons) {
    out.StartObject();
    WriteKey(out, "Code");
    WriteText(out, reason.code);
    if (reason.item) {
      WriteKey(out, "Item");
      WriteItem(out, ItemView(*reason.item));
    }
    if (const std::string text = ReasonText(reason); !text.empty()) {
      WriteKey(out, "Message");
      WriteText(out, text);
    }
    out.EndObject();
  }
  out.EndArray();
}

}  // namespace

ApiError ShapeErrors(const std::vector<std::string>& errors) {
  return ValidationError(std::to_string(errors.size()) +
                         (errors.size() == 1 ? " validation error detected: " : " validation errors detected: ") +
                         Joined(errors, "; "));
}

std::string ClassicText(const ApiError& error) {
  return OlderMessage(error.message, error.facts);
}

std::string ExplainedText(const ApiError& error) {
  return ClassicText(error) + (error.explanation.empty() ? "" : " " + error.explanation);
}

std::string ReasonText(const CancellationReason& reason) {
  return OlderMessage(reason.message, reason.facts);
}

int HttpStatus(ErrorCode code) {
  return WireOf(code).status;
}

std::string_view ErrorName(ErrorCode code) {
  const std::string_view type = WireOf(code).type;
  return type.substr(type.find('#') + 1);
}

void WriteError(JsonWriter& out, const ApiError& error, Wording wording, CheckLayer layer) {
  const WireError& wire = WireOf(error.code);
  out.StartObject();
  WriteKey(out, "__type");
  WriteText(out, wire.type);
  if (!error.message.empty()) {
    WriteKey(out, MessageKey(error, wording, layer));
    WriteText(out, MessageOf(error, wording, layer));
  }
  if (error.item) {
    WriteKey(out, "Item");
    WriteItem(out, ItemView(*error.item));
  }
  if (error.code == ErrorCode::kTransactionCanceled) WriteReasons(out, error.reasons);
  out.EndObject();
}

}  // namespace dynarock
