// Where an insert into a write buffer begins: beside the last one with the same hint, instead of at the top of the
// list.
#pragma once

#include <rocksdb/slice_transform.h>

#include <memory>

namespace dynarock {

// RocksDB 7.8 takes a hint for range deletions, too, and mixes two lists up: keys that begin one have no hint here.

// Of changes: their shard, whose changes come by ascending key.
std::shared_ptr<const rocksdb::SliceTransform> HintOfChange();

// Of rows: their partition, from its second row on. A hint takes 300 bytes of the write buffer, which a partition that
// gets one row would spend in vain.
std::shared_ptr<const rocksdb::SliceTransform> HintOfRow();

}  // namespace dynarock
