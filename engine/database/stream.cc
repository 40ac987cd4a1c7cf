#include "engine/database/stream.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/base/iso_time.h"

namespace dynarock {
namespace {

// A million changes a millisecond; more borrow from the next.
constexpr int kCountBits = 20;
constexpr std::size_t kNumberDigits = 20;
constexpr char kNumberHead = '1';

EpochMillis OpenedAt(const Generation& generation) {
  return TimeOf(generation.first);
}

}  // namespace

SequenceNumber FirstNumberAt(EpochMillis time) {
  return {static_cast<std::uint64_t>(std::max<std::int64_t>(time.value, 0)) << kCountBits};
}

EpochMillis TimeOf(SequenceNumber number) {
  return {static_cast<std::int64_t>(number.value >> kCountBits)};
}

std::string SequenceNumberText(SequenceNumber number) {
  const std::string digits = std::to_string(number.value);
  return kNumberHead + std::string(kNumberDigits - digits.size(), '0') + digits;
}

std::optional<SequenceNumber> ParseSequenceNumber(std::string_view text) {
  if (text.size() != kNumberDigits + 1 || text[0] != kNumberHead) return std::nullopt;
  SequenceNumber number;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 1, end, number.value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

Stream::Stream(StreamDefinition definition, StreamLife life, SequenceNumber last, std::string record_key)
    : definition_(std::move(definition)), record_key_(std::move(record_key)), last_(last) {
  last_ = std::max(last_, life.end.value_or(life.generations.back().first));
  Adopt(std::move(life));
}

// Readers see the life from here on. Requires: the mutex is held, or nobody else knows the stream.
void Stream::Adopt(StreamLife life) {
  life_ = std::move(life);
  std::int64_t roll_at = std::numeric_limits<std::int64_t>::max();
  if (!life_.end) roll_at = OpenedAt(life_.generations.back()).value + kGenerationLife;
  if (life_.generations.size() > 1) {
    roll_at = std::min(roll_at, OpenedAt(life_.generations[1]).value + kStreamRetention);
  }
  roll_at_ = roll_at;
}

StreamLife Stream::life() const {
  const std::lock_guard lock(mutex_);
  return life_;
}

std::optional<SequenceNumber> Stream::EndOf(std::uint32_t generation) const {
  const std::lock_guard lock(mutex_);
  // Also of a generation that is dropped: all its numbers are below those of the oldest that is left.
  for (const Generation& later : life_.generations) {
    if (later.number > generation) return SequenceNumber{later.first.value - 1};
  }
  return life_.end;
}

bool Stream::enabled() const {
  const std::lock_guard lock(mutex_);
  return !life_.end;
}

std::string Stream::Label() const {
  return IsoMillis(definition_.created);
}

// Time runs forward in a stream, whatever the clock does.
SequenceNumber Stream::Next(EpochMillis now) const {
  return std::max(SequenceNumber{last_.value + 1}, FirstNumberAt(now));
}

ChangePlace Stream::Take(EpochMillis now) {
  const std::lock_guard lock(mutex_);
  last_ = Next(now);
  unsettled_.push_back(last_);
  return {life_.generations.back().number, last_};
}

void Stream::Settle(SequenceNumber number) {
  const std::lock_guard lock(mutex_);
  unsettled_.erase(std::find(unsettled_.begin(), unsettled_.end(), number));
}

SequenceNumber Stream::VisibleEnd() const {
  const std::lock_guard lock(mutex_);
  return unsettled_.empty() ? SequenceNumber{last_.value + 1} : unsettled_.front();
}

Result<void> Stream::Roll(Store& store, EpochMillis now) {
  // Held over the commit: a change must not be there before its generation is.
  const std::lock_guard lock(mutex_);
  if (!RollDue(now)) return {};
  StreamLife life = life_;
  WriteBatch batch;
  if (!life.end && now.value >= OpenedAt(life.generations.back()).value + kGenerationLife) {
    const Generation& parent = life.generations.back();
    life.generations.push_back({parent.number + 1, Next(now), parent.first});
  }
  while (life.generations.size() > 1 && now.value >= OpenedAt(life.generations[1]).value + kStreamRetention) {
    const std::string begin = GenerationPrefix(id(), life.generations.front().number);
    batch.DeleteRange(begin, PrefixEnd(begin));
    life.generations.erase(life.generations.begin());
  }
  batch.Put(record_key_, EncodeStream(definition_, life));
  TRY_VOID(store.Commit(std::move(batch), {.longest_wait = CommitOptions::kCallWait}));
  last_ = std::max(last_, life.generations.back().first);
  Adopt(std::move(life));
  return {};
}

void Stream::Disable(EpochMillis now, WriteBatch& batch) {
  const std::lock_guard lock(mutex_);
  if (life_.end) return;
  StreamLife life = life_;
  last_ = Next(now);
  life.end = last_;
  batch.Put(record_key_, EncodeStream(definition_, life));
  Adopt(std::move(life));
}

bool Stream::Forgotten(EpochMillis now) const {
  const std::lock_guard lock(mutex_);
  return life_.end && now.value >= TimeOf(*life_.end).value + kStreamRetention;
}

}  // namespace dynarock
