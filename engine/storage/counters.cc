#include "engine/storage/counters.h"

#include <rocksdb/merge_operator.h>

#include <algorithm>
#include <map>

#include "engine/base/item_bytes.h"

namespace dynarock {
namespace {

constexpr std::size_t kTripleSize = 2 + 8 + 8;

class SumCounters final : public rocksdb::AssociativeMergeOperator {
 public:
  bool Merge(const rocksdb::Slice&, const rocksdb::Slice* existing, const rocksdb::Slice& value, std::string* merged,
             rocksdb::Logger*) const override {
    if (!existing) {
      merged->assign(value.data(), value.size());
      return true;
    }
    std::map<std::uint16_t, CounterDelta> sums;
    for (const rocksdb::Slice* side : {existing, &value}) {
      for (const CounterDelta& delta : DecodeCounters({side->data(), side->size()})) {
        CounterDelta& sum = sums[delta.index];
        sum.index = delta.index;
        sum.items += delta.items;
        sum.bytes += delta.bytes;
      }
    }
    std::vector<CounterDelta> counters;
    for (const auto& [index, sum] : sums) counters.push_back(sum);
    *merged = EncodeCounters(counters);
    return true;
  }
  const char* Name() const override { return "dynarock.SumCounters"; }
};

}  // namespace

std::string EncodeCounters(const std::vector<CounterDelta>& counters) {
  std::string bytes;
  bytes.reserve(counters.size() * kTripleSize);
  for (const CounterDelta& counter : counters) {
    AppendBigEndian<std::uint16_t>(bytes, counter.index);
    AppendBigEndian<std::uint64_t>(bytes, static_cast<std::uint64_t>(counter.items));
    AppendBigEndian<std::uint64_t>(bytes, static_cast<std::uint64_t>(counter.bytes));
  }
  return bytes;
}

std::vector<CounterDelta> DecodeCounters(std::string_view bytes) {
  std::vector<CounterDelta> counters;
  for (; bytes.size() >= kTripleSize; bytes.remove_prefix(kTripleSize)) {
    counters.push_back({ReadBigEndian<std::uint16_t>(bytes.data()),
                        static_cast<std::int64_t>(ReadBigEndian<std::uint64_t>(bytes.data() + 2)),
                        static_cast<std::int64_t>(ReadBigEndian<std::uint64_t>(bytes.data() + 10))});
  }
  return counters;
}

std::shared_ptr<rocksdb::MergeOperator> CounterMergeOperator() {
  return std::make_shared<SumCounters>();
}

}  // namespace dynarock
