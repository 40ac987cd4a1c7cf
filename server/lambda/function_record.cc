#include "server/lambda/function_record.h"

#include "engine/storage/record_encoding.h"

namespace dynarock {
namespace {

enum Field : std::uint32_t {
  kName = 1,
  kDescription = 2,
  kRuntime = 3,
  kHandler = 4,
  kRole = 5,
  kCodeDirectory = 6,
  kOwnsCode = 7,
  kTarget = 8,
  kTimeout = 9,
  kMemorySize = 10,
  kVariable = 11,
  kTag = 12,
  kCodeSize = 13,
  kCodeSha256 = 14,
  kModified = 15,
  kRevisionId = 16,
};

// Name and value set apart by a zero byte.
void WritePairs(RecordWriter& record, std::uint32_t field, const std::map<std::string, std::string>& pairs) {
  for (const auto& [name, value] : pairs) record.Bytes(field, name + '\0' + value);
}

void ReadPair(std::string_view bytes, std::map<std::string, std::string>& pairs) {
  const std::size_t zero = bytes.find('\0');
  if (zero != std::string_view::npos) pairs.emplace(bytes.substr(0, zero), bytes.substr(zero + 1));
}

}  // namespace

std::string EncodeFunction(const FunctionDefinition& function) {
  RecordWriter record;
  record.Bytes(kName, function.name);
  record.Bytes(kDescription, function.description);
  record.Bytes(kRuntime, function.runtime);
  record.Bytes(kHandler, function.handler);
  record.Bytes(kRole, function.role);
  record.Bytes(kCodeDirectory, function.code_directory);
  record.Integer(kOwnsCode, function.owns_code);
  record.Bytes(kTarget, function.target);
  record.Integer(kTimeout, function.timeout);
  record.Integer(kMemorySize, function.memory_size);
  WritePairs(record, kVariable, function.environment);
  WritePairs(record, kTag, function.tags);
  record.Integer(kCodeSize, function.code_size);
  record.Bytes(kCodeSha256, function.code_sha256);
  record.Integer(kModified, function.modified.value);
  record.Bytes(kRevisionId, function.revision_id);
  return record.Take();
}

Result<FunctionDefinition> DecodeFunction(std::string_view bytes) {
  FunctionDefinition function;
  const std::map<std::uint32_t, std::string*> texts = {{kName, &function.name},
                                                       {kDescription, &function.description},
                                                       {kRuntime, &function.runtime},
                                                       {kHandler, &function.handler},
                                                       {kRole, &function.role},
                                                       {kCodeDirectory, &function.code_directory},
                                                       {kTarget, &function.target},
                                                       {kCodeSha256, &function.code_sha256},
                                                       {kRevisionId, &function.revision_id}};
  const std::map<std::uint32_t, std::int64_t*> numbers = {{kTimeout, &function.timeout},
                                                          {kMemorySize, &function.memory_size},
                                                          {kCodeSize, &function.code_size},
                                                          {kModified, &function.modified.value}};
  RecordReader record(bytes);
  while (record.Next()) {
    const std::uint32_t field = record.field();
    if (const auto text = texts.find(field); text != texts.end()) *text->second = record.bytes();
    if (const auto number = numbers.find(field); number != numbers.end()) *number->second = record.integer();
    if (field == kOwnsCode) function.owns_code = record.integer() != 0;
    if (field == kVariable) ReadPair(record.bytes(), function.environment);
    if (field == kTag) ReadPair(record.bytes(), function.tags);
  }
  if (record.torn() || function.name.empty()) return InternalError("The record of a function is torn.");
  return function;
}

}  // namespace dynarock
