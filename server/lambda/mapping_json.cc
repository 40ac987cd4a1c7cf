#include "server/lambda/mapping_json.h"

#include <array>

#include "engine/base/errors.h"
#include "server/lambda/api_json.h"
#include "server/lambda/event_filter.h"
#include "server/lambda/failure_files.h"
#include "server/lambda/function_json.h"

namespace dynarock {
namespace {

Result<void> DecodeFilters(const Json& criteria, EventSourceMapping& mapping) {
  TRY(const Json* filters, ListMember(criteria, "Filters"));
  mapping.filters.clear();
  if (filters == nullptr) return {};
  for (const Json& filter : filters->GetArray()) {
    if (!filter.IsObject()) return ApiError{ErrorCode::kSerialization, "A filter is no object.", {}};
    TRY(const auto pattern, TextMember(filter, "Pattern"));
    if (!pattern) return InvalidPattern("A filter has a Pattern.");
    TRY_VOID(EventFilter::Compile(*pattern));
    mapping.filters.push_back(*pattern);
  }
  return {};
}

Result<void> DecodeResponseTypes(const Json& body, EventSourceMapping& mapping) {
  TRY(const Json* types, ListMember(body, "FunctionResponseTypes"));
  if (types == nullptr) return {};
  mapping.report_batch_item_failures = false;
  for (const Json& type : types->GetArray()) {
    if (!type.IsString() || TextOf(type) != "ReportBatchItemFailures") {
      return WithFacts(ValidationError("Value at 'functionResponseTypes' failed to satisfy constraint: Member must "
                                       "satisfy enum value set: [ReportBatchItemFailures]"),
                       {.detail = ErrorDetail::kInEnvelope});
    }
    mapping.report_batch_item_failures = true;
  }
  return {};
}

Result<void> CheckDestination(const std::string& destination, const FunctionSurroundings& surroundings) {
  constexpr std::size_t kLongest = 2048;
  if (destination.empty()) return {};
  if (destination.size() <= kLongest && destination.starts_with("arn:")) return {};
  if (destination.size() <= kLongest && destination.starts_with(kFileScheme)) {
    return FailureFiles(surroundings.destinations).Check(destination);
  }
  if (!destination.starts_with("http://")) {
    return ValidationError("The destination " + destination.substr(0, 100) +
                           " is not one that can be used: give file://NAME, http://host/path or an ARN.");
  }
  const Result<void> checked = CheckHttpUrl(surroundings.allowed_hosts, destination);
  if (!checked) return ValidationError(checked.error().message);
  return {};
}

Result<void> DecodeDestination(const Json& body, const FunctionSurroundings& surroundings,
                               EventSourceMapping& mapping) {
  TRY(const Json* config, ObjectMember(body, "DestinationConfig"));
  if (config == nullptr) return {};
  mapping.on_failure.clear();
  TRY(const Json* failure, ObjectMember(*config, "OnFailure"));
  if (failure == nullptr) return {};
  TRY(const auto destination, TextMember(*failure, "Destination"));
  if (!destination) return {};
  TRY_VOID(CheckDestination(*destination, surroundings));
  mapping.on_failure = *destination;
  return {};
}

void WriteDestination(JsonWriter& out, const EventSourceMapping& mapping) {
  WriteKey(out, "DestinationConfig");
  out.StartObject();
  WriteKey(out, "OnFailure");
  out.StartObject();
  if (!mapping.on_failure.empty()) WriteMember(out, "Destination", mapping.on_failure);
  out.EndObject();
  out.EndObject();
}

void WriteFilters(JsonWriter& out, const EventSourceMapping& mapping) {
  WriteKey(out, "FilterCriteria");
  out.StartObject();
  WriteKey(out, "Filters");
  out.StartArray();
  for (const std::string& filter : mapping.filters) {
    out.StartObject();
    WriteMember(out, "Pattern", filter);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
}

}  // namespace

Result<void> DecodeMappingChange(const Json& body, const FunctionSurroundings& surroundings,
                                 EventSourceMapping& mapping) {
  const std::array<std::pair<const char*, std::int64_t*>, 6> numbers = {
      {{"BatchSize", &mapping.batch_size},
       {"MaximumBatchingWindowInSeconds", &mapping.maximum_batching_window},
       {"ParallelizationFactor", &mapping.parallelization_factor},
       {"MaximumRetryAttempts", &mapping.maximum_retry_attempts},
       {"MaximumRecordAgeInSeconds", &mapping.maximum_record_age},
       {"TumblingWindowInSeconds", &mapping.tumbling_window}}};
  for (const auto& [name, place] : numbers) {
    TRY(const auto number, IntegerMember(body, name));
    if (number) *place = *number;
  }
  TRY(const auto enabled, BooleanMember(body, "Enabled"));
  if (enabled) mapping.enabled = *enabled;
  TRY(const auto bisect, BooleanMember(body, "BisectBatchOnFunctionError"));
  if (bisect) mapping.bisect_on_error = *bisect;
  TRY(const auto function, TextMember(body, "FunctionName"));
  if (function) {
    TRY(mapping.function_name, FunctionNameOf(*function));
  }
  TRY(const Json* criteria, ObjectMember(body, "FilterCriteria"));
  if (criteria != nullptr) TRY_VOID(DecodeFilters(*criteria, mapping));
  TRY_VOID(DecodeResponseTypes(body, mapping));
  TRY_VOID(DecodeDestination(body, surroundings, mapping));
  return CheckMapping(mapping);
}

Result<EventSourceMapping> DecodeNewMapping(const Json& body, const FunctionSurroundings& surroundings) {
  EventSourceMapping mapping;
  TRY(const auto function, TextMember(body, "FunctionName"));
  if (!function) {
    return errors::ConstraintViolated("null", "functionName", "Member must not be null");
  }
  TRY(const auto position, TextMember(body, "StartingPosition"));
  if (position && *position != "TRIM_HORIZON" && *position != "LATEST" && *position != "AT_TIMESTAMP") {
    ApiError error =
        errors::ConstraintViolated("'" + *position + "'", "startingPosition",
                                   "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]");
    error.code = ErrorCode::kRequestValidation;
    return error;
  }
  TRY(const auto source, TextMember(body, "EventSourceArn"));
  if (!source) return ValidationError("Unrecognized event source.");
  mapping.event_source_arn = *source;
  if (!position) return errors::ConstraintViolated("null", "startingPosition", "Member must not be null.");
  if (*position == "TRIM_HORIZON") {
    mapping.starting_position = StartingPosition::kTrimHorizon;
  } else if (*position != "LATEST") {
    return ValidationError("Unsupported starting position for arn type: " + *source);
  }
  TRY_VOID(DecodeMappingChange(body, surroundings, mapping));
  return mapping;
}

void WriteMapping(JsonWriter& out, const MappingStatus& status, const FunctionSurroundings& surroundings,
                  std::string_view state) {
  const EventSourceMapping& mapping = status.mapping;
  out.StartObject();
  WriteMember(out, "UUID", mapping.uuid);
  WriteMember(out, "StartingPosition",
              mapping.starting_position == StartingPosition::kLatest ? "LATEST" : "TRIM_HORIZON");
  WriteMember(out, "BatchSize", mapping.batch_size);
  WriteMember(out, "MaximumBatchingWindowInSeconds", mapping.maximum_batching_window);
  WriteMember(out, "ParallelizationFactor", mapping.parallelization_factor);
  WriteMember(out, "EventSourceArn", mapping.event_source_arn);
  if (!mapping.filters.empty()) WriteFilters(out, mapping);
  WriteMember(out, "FunctionArn", FunctionArn(surroundings, mapping.function_name));
  WriteKey(out, "LastModified");
  out.Double(static_cast<double>(mapping.modified.value) / 1000);
  WriteMember(out, "LastProcessingResult", status.last_result);
  WriteMember(out, "State", state.empty() ? mapping.enabled ? "Enabled" : "Disabled" : state);
  WriteMember(out, "StateTransitionReason", "User action");
  WriteDestination(out, mapping);
  WriteMember(out, "MaximumRecordAgeInSeconds", mapping.maximum_record_age);
  WriteKey(out, "BisectBatchOnFunctionError");
  out.Bool(mapping.bisect_on_error);
  WriteMember(out, "MaximumRetryAttempts", mapping.maximum_retry_attempts);
  WriteMember(out, "TumblingWindowInSeconds", mapping.tumbling_window);
  WriteKey(out, "FunctionResponseTypes");
  out.StartArray();
  if (mapping.report_batch_item_failures) WriteText(out, "ReportBatchItemFailures");
  out.EndArray();
  out.EndObject();
}

}  // namespace dynarock
