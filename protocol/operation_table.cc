#include "protocol/operation_table.h"

#include <initializer_list>
#include <span>

#include "protocol/codec/batches.h"
#include "protocol/codec/items.h"
#include "protocol/codec/partiql.h"
#include "protocol/codec/reads.h"
#include "protocol/codec/settings.h"
#include "protocol/codec/streams.h"
#include "protocol/codec/tables.h"
#include "protocol/codec/tags.h"
#include "protocol/codec/transactions.h"

namespace dynarock {

namespace {

constexpr std::string_view kDynamoDb = "DynamoDB_20120810.";
constexpr std::string_view kStreams = "DynamoDBStreams_20120810.";

const Operation* FindIn(std::initializer_list<std::span<const Operation>> families, std::string_view name) {
  for (const std::span<const Operation> family : families) {
    for (const Operation& operation : family) {
      if (operation.name == name) return &operation;
    }
  }
  return nullptr;
}

}  // namespace

const Operation* FindOperation(std::string_view target) {
  if (target.substr(0, kDynamoDb.size()) == kDynamoDb) {
    return FindIn({ItemOperations(), ReadOperations(), TableOperations(), TagOperations(), BatchOperations(),
                   TransactionOperations(), StatementOperations(), SettingOperations()},
                  target.substr(kDynamoDb.size()));
  }
  if (target.substr(0, kStreams.size()) == kStreams) {
    return FindIn({StreamOperations()}, target.substr(kStreams.size()));
  }
  return nullptr;
}

}  // namespace dynarock
