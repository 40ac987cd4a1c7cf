#include "engine/storage/counters.h"

#include <rocksdb/merge_operator.h>

#include <algorithm>
#include <deque>

#include "engine/base/item_bytes.h"

namespace dynarock {
namespace {

constexpr std::size_t kTripleSize = 2 + 8 + 8;

void AddTo(std::vector<CounterDelta>& sums, const CounterDelta& delta) {
  const auto place = std::lower_bound(sums.begin(), sums.end(), delta.index,
                                      [](const CounterDelta& sum, std::uint16_t index) { return sum.index < index; });
  if (place == sums.end() || place->index != delta.index) {
    sums.insert(place, delta);
  } else {
    place->items += delta.items;
    place->bytes += delta.bytes;
  }
}

void AddTo(std::vector<CounterDelta>& sums, const rocksdb::Slice& counters) {
  for (const CounterDelta& delta : DecodeCounters({counters.data(), counters.size()})) AddTo(sums, delta);
}

// Each commit adds one operand a table: a flush sums up thousands of them, in one pass.
class SumCounters final : public rocksdb::MergeOperator {
 public:
  bool FullMergeV2(const MergeOperationInput& input, MergeOperationOutput* output) const override {
    std::vector<CounterDelta> sums;
    if (input.existing_value) AddTo(sums, *input.existing_value);
    for (const rocksdb::Slice& operand : input.operand_list) AddTo(sums, operand);
    output->new_value = EncodeCounters(sums);
    return true;
  }
  bool PartialMergeMulti(const rocksdb::Slice&, const std::deque<rocksdb::Slice>& operands, std::string* merged,
                         rocksdb::Logger*) const override {
    std::vector<CounterDelta> sums;
    for (const rocksdb::Slice& operand : operands) AddTo(sums, operand);
    *merged = EncodeCounters(sums);
    return true;
  }
  const char* Name() const override { return "dynarock.SumCounters"; }
};

}  // namespace

std::vector<CounterDelta> SumByIndex(const std::vector<CounterDelta>& deltas) {
  std::vector<CounterDelta> sums;
  for (const CounterDelta& delta : deltas) AddTo(sums, delta);
  return sums;
}

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
