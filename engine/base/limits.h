// DynamoDB's limits. Source: Developer Guide, "Quotas in Amazon DynamoDB", and the service model.
#pragma once

#include <cstddef>

namespace dynarock {

inline constexpr std::size_t kMaxItemSize = 400 * 1024;       // bytes, names and values
inline constexpr std::size_t kMaxPartitionKeySize = 2048;     // bytes
inline constexpr std::size_t kMaxSortKeySize = 1024;          // bytes
inline constexpr std::size_t kMaxAttributeNameSize = 65535;   // bytes
inline constexpr std::size_t kMaxKeyAttributeNameSize = 255;  // bytes
// Levels of a value in an expression that may be deeper than an item's; a guess, far from the end of the stack.
inline constexpr std::size_t kMaxValueNesting = 60;
inline constexpr std::size_t kMaxNesting = 32;                       // levels of lists and maps below an attribute
inline constexpr std::size_t kMaxPageSize = 1024 * 1024;             // bytes read by one Query or Scan
inline constexpr std::size_t kMaxExpressionSize = 4096;              // bytes
inline constexpr std::size_t kMaxOperators = 300;                    // in one expression
inline constexpr std::size_t kMaxLegacyTests = 100'000;              // and values of one QueryFilter or Expected; ours
inline constexpr std::size_t kMaxInOperands = 100;                   // of one IN
inline constexpr std::size_t kMaxSubstitutions = 2 * 1024 * 1024;    // bytes of a request's names, or of its values
inline constexpr std::size_t kMaxRequestSize = 16 * 1024 * 1024;     // bytes of an HTTP body
inline constexpr std::size_t kMaxGlobalSecondaryIndexes = 20;        // a table
inline constexpr std::size_t kMaxLocalSecondaryIndexes = 5;          // a table
inline constexpr std::size_t kMaxKeyAttributes = 4;                  // of a global index, in each part of its key
inline constexpr std::size_t kMaxProjectedNonKeyAttributes = 100;    // a table, over all its indexes
inline constexpr std::size_t kMaxTables = 2500;                      // an account and region
inline constexpr std::size_t kMaxBatchReads = 100;                   // keys of one BatchGetItem
inline constexpr std::size_t kMaxBatchWrites = 25;                   // requests of one BatchWriteItem
inline constexpr std::size_t kMaxBatchReadSize = 16 * 1024 * 1024;   // bytes of items that one BatchGetItem answers
inline constexpr std::size_t kMaxTransactItems = 100;                // actions of one transaction
inline constexpr std::size_t kMaxTransactionSize = 4 * 1024 * 1024;  // bytes of items in one transaction
inline constexpr std::size_t kMaxStatementSize = 8192;               // characters of a PartiQL statement
inline constexpr std::size_t kMaxBatchStatements = 25;               // of one BatchExecuteStatement
inline constexpr std::size_t kMaxListedStreams = 100;                // of one ListStreams
inline constexpr std::size_t kMaxDescribedShards = 100;              // of one DescribeStream
inline constexpr std::size_t kMaxRecords = 1000;                     // changes of one GetRecords
inline constexpr std::size_t kMaxRecordsSize = 1024 * 1024;          // bytes of changes of one GetRecords
inline constexpr std::size_t kReadUnit = 4096;                       // bytes
inline constexpr std::size_t kWriteUnit = 1024;                      // bytes

}  // namespace dynarock
