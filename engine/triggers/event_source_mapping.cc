#include "engine/triggers/event_source_mapping.h"

#include <algorithm>

#include "engine/base/errors.h"
#include "engine/database/record_fields.h"

namespace dynarock {

template <class Record, Of<EventSourceMapping> Value>
void Fields(Record& record, Value& mapping) {
  record.Text(1, mapping.uuid);
  record.Text(2, mapping.event_source_arn);
  record.Text(3, mapping.function_name);
  record.Integer(4, mapping.starting_position);
  record.Integer(5, mapping.batch_size);
  record.Integer(6, mapping.maximum_batching_window);
  record.Integer(7, mapping.parallelization_factor);
  record.Integer(8, mapping.maximum_retry_attempts);
  record.Integer(9, mapping.maximum_record_age);
  record.Integer(10, mapping.bisect_on_error);
  record.Integer(11, mapping.report_batch_item_failures);
  record.Text(12, mapping.on_failure);
  record.Texts(13, mapping.filters);
  record.Integer(14, mapping.tumbling_window);
  record.Integer(15, mapping.enabled);
  record.Time(16, mapping.created);
  record.Time(17, mapping.modified);
}

namespace {

Result<void> CheckRange(std::string_view name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return {};
  return errors::OutOfRange(value, name, least, most);
}

}  // namespace

Result<void> CheckMapping(const EventSourceMapping& mapping) {
  constexpr std::size_t kMostFilters = 5;
  constexpr std::ptrdiff_t kLongestFilter = 4096;  // characters
  TRY_VOID(CheckRange("batchSize", mapping.batch_size, 1, 10'000));
  TRY_VOID(CheckRange("maximumBatchingWindowInSeconds", mapping.maximum_batching_window, 0, 300));
  TRY_VOID(CheckRange("parallelizationFactor", mapping.parallelization_factor, 1, 10));
  TRY_VOID(CheckRange("maximumRetryAttempts", mapping.maximum_retry_attempts, -1, 10'000));
  TRY_VOID(CheckRange("maximumRecordAgeInSeconds", mapping.maximum_record_age, -1, 604'800));
  if (mapping.maximum_record_age != -1 && mapping.maximum_record_age < 60) {
    return ValidationError("Invalid request provided: MaximumRecordAgeInSeconds must be -1 or between 60 and 604800.");
  }
  TRY_VOID(CheckRange("tumblingWindowInSeconds", mapping.tumbling_window, 0, 900));
  if (mapping.tumbling_window > 0 && mapping.parallelization_factor > 1) {
    return ValidationError("Tumbling window is not supported with ParallelizationFactor greater than 1.");
  }
  if (mapping.filters.size() > kMostFilters) {
    return ValidationError("Filter count exceeds the limit of 5 for this event source mapping.");
  }
  for (const std::string& filter : mapping.filters) {
    const auto characters =
        std::count_if(filter.begin(), filter.end(), [](char byte) { return (byte & 0xC0) != 0x80; });
    if (characters > kLongestFilter) return ValidationError("Filter pattern exceeds the limit of 4096 characters.");
  }
  return {};
}

std::string EncodeMapping(const EventSourceMapping& mapping) {
  return EncodeRecord(mapping);
}

Result<EventSourceMapping> DecodeMapping(std::string_view bytes) {
  std::optional<EventSourceMapping> mapping = DecodeRecord<EventSourceMapping>(bytes);
  if (!mapping || mapping->uuid.empty()) return InternalError("The record of an event source mapping is torn.");
  const auto position = mapping->starting_position;
  if (!CheckMapping(*mapping) ||
      (position != StartingPosition::kTrimHorizon && position != StartingPosition::kLatest)) {
    return InternalError("The record of an event source mapping is damaged, or of a newer program.");
  }
  return std::move(*mapping);
}

}  // namespace dynarock
