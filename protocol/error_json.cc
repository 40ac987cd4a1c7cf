#include "protocol/error_json.h"

#include <array>

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

std::string MessageOf(const ApiError& error, Wording wording, CheckLayer layer) {
  if (wording == Wording::kLocal) return LocalText(error);
  if (wording == Wording::kClassic || layer == CheckLayer::kOlder) return ClassicText(error);
  const bool in_envelope = layer == CheckLayer::kEnveloped && error.code == ErrorCode::kRequestValidation;
  return in_envelope ? "1 validation error detected: " + error.message : error.message;
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
    if (!reason.message.empty()) {
      WriteKey(out, "Message");
      WriteText(out, reason.message);
    }
    out.EndObject();
  }
  out.EndArray();
}

}  // namespace

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
