#include "engine/triggers/event_source_mapping.h"

#include <algorithm>
#include <map>

#include "engine/base/errors.h"
#include "engine/storage/record_encoding.h"

namespace dynarock {
namespace {

enum Field : std::uint32_t {
  kUuid = 1,
  kEventSourceArn = 2,
  kFunctionName = 3,
  kStartingPosition = 4,
  kBatchSize = 5,
  kMaximumBatchingWindow = 6,
  kParallelizationFactor = 7,
  kMaximumRetryAttempts = 8,
  kMaximumRecordAge = 9,
  kBisectOnError = 10,
  kReportBatchItemFailures = 11,
  kOnFailure = 12,
  kFilter = 13,
  kTumblingWindow = 14,
  kEnabled = 15,
  kCreated = 16,
  kModified = 17,
};

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
  RecordWriter record;
  record.Bytes(kUuid, mapping.uuid);
  record.Bytes(kEventSourceArn, mapping.event_source_arn);
  record.Bytes(kFunctionName, mapping.function_name);
  record.Integer(kStartingPosition, static_cast<std::int64_t>(mapping.starting_position));
  record.Integer(kBatchSize, mapping.batch_size);
  record.Integer(kMaximumBatchingWindow, mapping.maximum_batching_window);
  record.Integer(kParallelizationFactor, mapping.parallelization_factor);
  record.Integer(kMaximumRetryAttempts, mapping.maximum_retry_attempts);
  record.Integer(kMaximumRecordAge, mapping.maximum_record_age);
  record.Integer(kBisectOnError, mapping.bisect_on_error);
  record.Integer(kReportBatchItemFailures, mapping.report_batch_item_failures);
  record.Bytes(kOnFailure, mapping.on_failure);
  for (const std::string& filter : mapping.filters) record.Bytes(kFilter, filter);
  record.Integer(kTumblingWindow, mapping.tumbling_window);
  record.Integer(kEnabled, mapping.enabled);
  record.Integer(kCreated, mapping.created.value);
  record.Integer(kModified, mapping.modified.value);
  return record.Take();
}

Result<EventSourceMapping> DecodeMapping(std::string_view bytes) {
  EventSourceMapping mapping;
  const std::map<std::uint32_t, std::string*> texts = {{kUuid, &mapping.uuid},
                                                       {kEventSourceArn, &mapping.event_source_arn},
                                                       {kFunctionName, &mapping.function_name},
                                                       {kOnFailure, &mapping.on_failure}};
  const std::map<std::uint32_t, std::int64_t*> numbers = {{kBatchSize, &mapping.batch_size},
                                                          {kMaximumBatchingWindow, &mapping.maximum_batching_window},
                                                          {kParallelizationFactor, &mapping.parallelization_factor},
                                                          {kMaximumRetryAttempts, &mapping.maximum_retry_attempts},
                                                          {kMaximumRecordAge, &mapping.maximum_record_age},
                                                          {kTumblingWindow, &mapping.tumbling_window},
                                                          {kCreated, &mapping.created.value},
                                                          {kModified, &mapping.modified.value}};
  const std::map<std::uint32_t, bool*> flags = {{kBisectOnError, &mapping.bisect_on_error},
                                                {kReportBatchItemFailures, &mapping.report_batch_item_failures},
                                                {kEnabled, &mapping.enabled}};
  RecordReader record(bytes);
  while (record.Next()) {
    const std::uint32_t field = record.field();
    if (const auto text = texts.find(field); text != texts.end()) *text->second = record.bytes();
    if (const auto number = numbers.find(field); number != numbers.end()) *number->second = record.integer();
    if (const auto flag = flags.find(field); flag != flags.end()) *flag->second = record.integer() != 0;
    if (field == kFilter) mapping.filters.emplace_back(record.bytes());
    if (field == kStartingPosition) mapping.starting_position = static_cast<StartingPosition>(record.integer());
  }
  if (record.torn() || mapping.uuid.empty()) return InternalError("The record of an event source mapping is torn.");
  const auto position = mapping.starting_position;
  if (!CheckMapping(mapping) || (position != StartingPosition::kTrimHorizon && position != StartingPosition::kLatest)) {
    return InternalError("The record of an event source mapping is damaged, or of a newer program.");
  }
  return mapping;
}

}  // namespace dynarock
