// Counters of items and bytes: one value a table with a triple for each index, summed up by RocksDB's merges.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/store.h"

namespace rocksdb {
class MergeOperator;
}

namespace dynarock {

// Triples of index id (2 bytes), items and bytes (8 bytes each, big endian, two's complement), ascending by index.
std::string EncodeCounters(const std::vector<CounterDelta>& counters);

// One delta for each index, ascending by index.
std::vector<CounterDelta> SumByIndex(const std::vector<CounterDelta>& deltas);

// Errors: nullopt-like empty vector for bytes that are no counters.
std::vector<CounterDelta> DecodeCounters(std::string_view bytes);

std::shared_ptr<rocksdb::MergeOperator> CounterMergeOperator();

}  // namespace dynarock
