#include "protocol/codec/partiql.h"

#include "engine/base/limits.h"
#include "engine/partiql/statements.h"
#include "protocol/codec/fields.h"
#include "protocol/error_json.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

constexpr Shape kStatementShape{.kind = ShapeKind::kString, .min = 1, .max = std::int64_t{kMaxStatementSize}};
constexpr Shape kParametersShape{.kind = ShapeKind::kList, .min = 1, .element = &kAttributeValueShape};
constexpr Shape kNextTokenShape{.kind = ShapeKind::kString, .min = 1, .max = 32768};
constexpr Shape kLimitShape{.kind = ShapeKind::kInteger, .min = 1};
constexpr std::array<Field, 7> kExecuteStatementFields = {{
    {"Statement", &kStatementShape, Presence::kRequired},
    {"Parameters", &kParametersShape},
    {"ConsistentRead", &kBooleanShape},
    {"NextToken", &kNextTokenShape},
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
    {"Limit", &kLimitShape},
    {"ReturnValuesOnConditionCheckFailure", &kReturnOnFailureShape},
}};

constexpr std::array<Field, 4> kBatchStatementFields = {{
    {"Statement", &kStatementShape, Presence::kRequired},
    {"Parameters", &kParametersShape},
    {"ConsistentRead", &kBooleanShape},
    {"ReturnValuesOnConditionCheckFailure", &kReturnOnFailureShape},
}};
constexpr Shape kBatchStatementShape{
    .kind = ShapeKind::kStructure, .fields = kBatchStatementFields, .java_name = "BatchStatementRequest"};
constexpr Shape kBatchStatementsShape{
    .kind = ShapeKind::kList, .min = 1, .max = std::int64_t{kMaxBatchStatements}, .element = &kBatchStatementShape};
constexpr std::array<Field, 2> kBatchExecuteStatementFields = {{
    {"Statements", &kBatchStatementsShape, Presence::kRequired},
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
}};

constexpr std::array<Field, 3> kTransactStatementFields = {{
    {"Statement", &kStatementShape, Presence::kRequired},
    {"Parameters", &kParametersShape},
    {"ReturnValuesOnConditionCheckFailure", &kReturnOnFailureShape},
}};
constexpr Shape kTransactStatementShape{
    .kind = ShapeKind::kStructure, .fields = kTransactStatementFields, .java_name = "ParameterizedStatement"};
constexpr Shape kTransactStatementsShape{
    .kind = ShapeKind::kList, .min = 1, .max = std::int64_t{kMaxTransactItems}, .element = &kTransactStatementShape};
constexpr Shape kClientRequestTokenShape{.kind = ShapeKind::kString, .min = 1, .max = 36};
constexpr std::array<Field, 3> kExecuteTransactionFields = {{
    {"TransactStatements", &kTransactStatementsShape, Presence::kRequired},
    {"ClientRequestToken", &kClientRequestTokenShape},
    {"ReturnConsumedCapacity", &kReturnConsumedCapacityShape},
}};

void DecodeStatement(const Json& body, StatementRequest& request) {
  request.statement = *TextField(body, "Statement");
  // A statement has a place for fewer than it has characters; one more is enough to see that there are too many.
  request.parameters = ValueListField(body, "Parameters", kMaxStatementSize + 1);
  request.consistent_read = BooleanField(body, "ConsistentRead").value_or(false);
  request.return_old_on_condition_failure = TextField(body, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
}

std::vector<StatementRequest> DecodeStatements(const Json& list) {
  std::vector<StatementRequest> statements;
  for (const Json& member : list.GetArray()) {
    if (!member.IsNull()) DecodeStatement(member, statements.emplace_back());
  }
  return statements;
}

// What is no Base64 is a token of no bytes, which is none.
std::string DecodeToken(std::string_view text) {
  std::string problem;
  return CheckBase64(text, problem) ? DecodeBase64(text) : "";
}

ExecuteStatementRequest DecodeExecuteStatement(const Json& body) {
  ExecuteStatementRequest request;
  DecodeStatement(body, request);
  if (const auto token = TextField(body, "NextToken")) request.next_token = DecodeToken(*token);
  request.limit = IntegerField(body, "Limit");
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
  return request;
}

void EncodeExecuteStatement(const ExecuteStatementResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "Items");
  WriteItems(out, response.items);
  if (response.next_token) {
    std::string text;
    AppendBase64(text, *response.next_token);
    WriteKey(out, "NextToken");
    WriteText(out, text);
  }
  if (response.last_evaluated_key) {
    WriteKey(out, "LastEvaluatedKey");
    WriteItem(out, ItemView(*response.last_evaluated_key));
  }
  WriteConsumedCapacity(out, response.consumed_capacity);
  out.EndObject();
}

BatchExecuteStatementRequest DecodeBatchExecuteStatement(const Json& body) {
  BatchExecuteStatementRequest request;
  request.statements = DecodeStatements(*FindField(body, "Statements"));
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
  return request;
}

void WriteOptionalItem(JsonWriter& out, const std::optional<std::string>& item) {
  if (!item) return;
  WriteKey(out, "Item");
  WriteItem(out, ItemView(*item));
}

void WriteBatchResponse(JsonWriter& out, const BatchStatementResponse& response) {
  out.StartObject();
  if (response.error) {
    WriteKey(out, "Error");
    out.StartObject();
    WriteKey(out, "Code");
    WriteText(out, response.error->code);
    WriteKey(out, "Message");
    WriteText(out, ReasonText(*response.error));
    WriteOptionalItem(out, response.error->item);
    out.EndObject();
  }
  if (response.table_name) {
    WriteKey(out, "TableName");
    WriteText(out, *response.table_name);
  }
  WriteOptionalItem(out, response.item);
  out.EndObject();
}

void EncodeBatchExecuteStatement(const BatchExecuteStatementResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "Responses");
  out.StartArray();
  for (const BatchStatementResponse& one : response.responses) WriteBatchResponse(out, one);
  out.EndArray();
  WriteConsumedCapacity(out, response.consumed_capacity);
  out.EndObject();
}

ExecuteTransactionRequest DecodeExecuteTransaction(const Json& body) {
  ExecuteTransactionRequest request;
  request.statements = DecodeStatements(*FindField(body, "TransactStatements"));
  request.client_request_token = TextField(body, "ClientRequestToken");
  request.return_consumed_capacity = ReturnConsumedCapacityField(body);
  return request;
}

void EncodeExecuteTransaction(const TransactGetItemsResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteKey(out, "Responses");
  out.StartArray();
  for (const auto& item : response.items) {
    out.StartObject();
    WriteOptionalItem(out, item);
    out.EndObject();
  }
  out.EndArray();
  WriteConsumedCapacity(out, response.consumed_capacity);
  out.EndObject();
}

constexpr std::array<Operation, 3> kOperations = {{
    {"BatchExecuteStatement", Structure(kBatchExecuteStatementFields),
     Handle<DecodeBatchExecuteStatement, BatchExecuteStatement, EncodeBatchExecuteStatement>},
    {"ExecuteStatement", Structure(kExecuteStatementFields),
     Handle<DecodeExecuteStatement, ExecuteStatement, EncodeExecuteStatement>},
    {"ExecuteTransaction", Structure(kExecuteTransactionFields),
     Handle<DecodeExecuteTransaction, ExecuteTransaction, EncodeExecuteTransaction>},
}};

}  // namespace

std::span<const Operation> StatementOperations() {
  return kOperations;
}

}  // namespace dynarock
