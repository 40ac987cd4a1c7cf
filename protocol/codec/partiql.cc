#include "protocol/codec/partiql.h"

#include <algorithm>

#include "engine/base/base64.h"
#include "engine/base/limits.h"
#include "engine/partiql/statements.h"
#include "protocol/codec/reply_parts.h"
#include "protocol/codec/request_parts.h"
#include "protocol/error_json.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

constexpr Shape kStatement{.min = 1, .max = std::int64_t{kMaxStatementSize}};
constexpr auto kParameters = ListOf(kAttributeValue, {.min = 1});
constexpr Shape kNextToken{.min = 1, .max = 32768};
constexpr Shape kLimit{.kind = ShapeKind::kInteger, .min = 1};

bool ReadParameters(const Json& value, const Shape& shape, StatementRequest& request) {
  // A statement has a place for fewer than it has characters; one more is enough to see that there are too many.
  constexpr std::size_t kMost = kMaxStatementSize + 1;
  if (!ListFits(value, shape)) return false;
  request.parameters.reserve(std::min<std::size_t>(value.Size(), kMost));
  return std::all_of(value.Begin(), value.End(), [&](const Json& parameter) {
    if (parameter.IsNull()) return true;
    if (request.parameters.size() == kMost) return Fits(parameter, *shape.element);
    return ReadInto(parameter, *shape.element, request.parameters.emplace_back());
  });
}

// What is no Base64 is a token of no bytes, which is none.
bool ReadNextToken(const Json& value, const Shape& shape, ExecuteStatementRequest& request) {
  if (!TextFits(value, shape)) return false;
  std::string problem;
  request.next_token = CheckBase64(TextOf(value), problem) ? DecodeBase64(TextOf(value)) : "";
  return true;
}

void WriteNextToken(JsonWriter& out, const std::string& token) {
  std::string text;
  AppendBase64(text, token);
  WriteText(out, text);
}

constexpr auto kExecuteStatementRequest = Members<ExecuteStatementRequest>(
    Required<&ExecuteStatementRequest::statement>("Statement", kStatement),
    Optional<ReadParameters>("Parameters", kParameters),
    Optional<&ExecuteStatementRequest::consistent_read>("ConsistentRead", kBoolean),
    Optional<ReadNextToken>("NextToken", kNextToken),
    Optional<&ExecuteStatementRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity),
    Optional<&ExecuteStatementRequest::limit>("Limit", kLimit),
    Optional<&ExecuteStatementRequest::return_old_on_condition_failure>("ReturnValuesOnConditionCheckFailure",
                                                                        kReturnOnFailure));

constexpr auto kExecuteStatementReply = ReplyOf<ExecuteStatementResponse>(
    Shown<&ExecuteStatementResponse::items>("Items"),
    Shown<&ExecuteStatementResponse::next_token, WriteNextToken>("NextToken"),
    Shown<&ExecuteStatementResponse::last_evaluated_key, WriteItemBytes>("LastEvaluatedKey"),
    Shown<&ExecuteStatementResponse::consumed_capacity>("ConsumedCapacity"));

constexpr auto kBatchStatementMembers =
    Members<StatementRequest>(Required<&StatementRequest::statement>("Statement", kStatement),
                              Optional<ReadParameters>("Parameters", kParameters),
                              Optional<&StatementRequest::consistent_read>("ConsistentRead", kBoolean),
                              Optional<&StatementRequest::return_old_on_condition_failure>(
                                  "ReturnValuesOnConditionCheckFailure", kReturnOnFailure));
constexpr auto kBatchStatement = Structure(kBatchStatementMembers, "BatchStatementRequest");
constexpr auto kBatchStatements = ListOf(kBatchStatement, {.min = 1, .max = std::int64_t{kMaxBatchStatements}});
constexpr auto kBatchExecuteStatementRequest = Members<BatchExecuteStatementRequest>(
    Required<&BatchExecuteStatementRequest::statements>("Statements", kBatchStatements),
    Optional<&BatchExecuteStatementRequest::return_consumed_capacity>("ReturnConsumedCapacity",
                                                                      kReturnConsumedCapacity));

constexpr auto kStatementErrorReply =
    ReplyOf<CancellationReason>(Shown<&CancellationReason::code>("Code"), Shown<ReasonText>("Message"),
                                Shown<&CancellationReason::item, WriteItemBytes>("Item"));
constexpr auto kBatchStatementReply =
    ReplyOf<BatchStatementResponse>(Shown<&BatchStatementResponse::error, WriteAs<kStatementErrorReply>>("Error"),
                                    Shown<&BatchStatementResponse::table_name>("TableName"),
                                    Shown<&BatchStatementResponse::item, WriteItemBytes>("Item"));
constexpr auto kBatchExecuteStatementReply = ReplyOf<BatchExecuteStatementResponse>(
    Shown<&BatchExecuteStatementResponse::responses, WriteEach<kBatchStatementReply>>("Responses"),
    Shown<&BatchExecuteStatementResponse::consumed_capacity>("ConsumedCapacity"));

constexpr auto kTransactStatementMembers =
    Members<StatementRequest>(Required<&StatementRequest::statement>("Statement", kStatement),
                              Optional<ReadParameters>("Parameters", kParameters),
                              Optional<&StatementRequest::return_old_on_condition_failure>(
                                  "ReturnValuesOnConditionCheckFailure", kReturnOnFailure));
constexpr auto kTransactStatement = Structure(kTransactStatementMembers, "ParameterizedStatement");
constexpr auto kTransactStatements = ListOf(kTransactStatement, {.min = 1, .max = std::int64_t{kMaxTransactItems}});
constexpr auto kExecuteTransactionRequest = Members<ExecuteTransactionRequest>(
    Required<&ExecuteTransactionRequest::statements>("TransactStatements", kTransactStatements),
    Optional<&ExecuteTransactionRequest::client_request_token>("ClientRequestToken", kClientRequestToken),
    Optional<&ExecuteTransactionRequest::return_consumed_capacity>("ReturnConsumedCapacity", kReturnConsumedCapacity));

constexpr auto kExecuteTransactionReply =
    ReplyOf<TransactGetItemsResponse>(Shown<&TransactGetItemsResponse::items, WriteItemResponses>("Responses"),
                                      Shown<&TransactGetItemsResponse::consumed_capacity>("ConsumedCapacity"));

constexpr auto kOperations = std::to_array<Operation>({
    MakeOperation<kBatchExecuteStatementRequest, BatchExecuteStatement, kBatchExecuteStatementReply>(
        {.name = "BatchExecuteStatement"}),
    MakeOperation<kExecuteStatementRequest, ExecuteStatement, kExecuteStatementReply>({.name = "ExecuteStatement"}),
    MakeOperation<kExecuteTransactionRequest, ExecuteTransaction, kExecuteTransactionReply>(
        {.name = "ExecuteTransaction"}),
});

}  // namespace

std::span<const Operation> StatementOperations() {
  return kOperations;
}

}  // namespace dynarock
