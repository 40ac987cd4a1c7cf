#include "server/lambda/function_record.h"

#include "engine/database/record_fields.h"

namespace dynarock {

template <class Record, Of<FunctionDefinition> Value>
void Fields(Record& record, Value& function) {
  record.Text(1, function.name);
  record.Text(2, function.description);
  record.Text(3, function.runtime);
  record.Text(4, function.handler);
  record.Text(5, function.role);
  record.Text(6, function.code_directory);
  record.Integer(7, function.owns_code);
  record.Text(8, function.target);
  record.Integer(9, function.timeout);
  record.Integer(10, function.memory_size);
  record.Texts(11, function.environment);
  record.Texts(12, function.tags);
  record.Integer(13, function.code_size);
  record.Text(14, function.code_sha256);
  record.Time(15, function.modified);
  record.Text(16, function.revision_id);
}

std::string EncodeFunction(const FunctionDefinition& function) {
  return EncodeRecord(function);
}

Result<FunctionDefinition> DecodeFunction(std::string_view bytes) {
  std::optional<FunctionDefinition> function = DecodeRecord<FunctionDefinition>(bytes);
  if (!function || function->name.empty()) return InternalError("The record of a function is torn.");
  return std::move(*function);
}

}  // namespace dynarock
