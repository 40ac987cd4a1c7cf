#include "engine/settings/kinesis_destinations.h"

#include <algorithm>

#include "engine/tables/tables.h"

namespace dynarock {
namespace {

constexpr std::string_view kDefaultPrecision = "MILLISECOND";

ApiError WrongState(const std::string& why) {
  return ValidationError("Table is not in a valid state to enable Kinesis Streaming Destination: " + why);
}

KinesisDestination* Find(TableDefinition& definition, std::string_view stream_arn) {
  const auto found = std::find_if(definition.kinesis.begin(), definition.kinesis.end(),
                                  [&](const auto& destination) { return destination.stream_arn == stream_arn; });
  return found == definition.kinesis.end() ? nullptr : &*found;
}

// One destination is active at a time.
Result<void> Enable(const KinesisRequest& request, TableDefinition& definition) {
  for (const KinesisDestination& destination : definition.kinesis) {
    if (!destination.active) continue;
    return WrongState(
        "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.");
  }
  std::erase_if(definition.kinesis,
                [&](const auto& destination) { return destination.stream_arn == request.stream_arn; });
  definition.kinesis.push_back({std::string(request.stream_arn), true, std::string(request.precision.value_or(""))});
  return {};
}

Result<void> Disable(const KinesisRequest& request, TableDefinition& definition) {
  KinesisDestination* destination = Find(definition, request.stream_arn);
  if (!destination || !destination->active) {
    return WrongState("KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
  }
  destination->active = false;
  return {};
}

Result<void> SetPrecision(const KinesisRequest& request, TableDefinition& definition) {
  KinesisDestination* destination = Find(definition, request.stream_arn);
  const std::string arn(request.stream_arn);
  if (!destination) {
    return WrongState("No streaming destination with streamArn: " + arn +
                      " found for table with tableName: " + definition.name);
  }
  if (!destination->active) {
    return WrongState(
        "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: " +
        definition.name + ", kdsArn: " + arn);
  }
  const std::string current = destination->precision.empty() ? std::string(kDefaultPrecision) : destination->precision;
  if (*request.precision == current) {
    return ValidationError("Invalid Request: Precision is already set to the desired value of " + current +
                           " for tableId: " + definition.uuid + ", kdsArn: " + arn);
  }
  destination->precision = *request.precision;
  return {};
}

using Change = Result<void> (*)(const KinesisRequest&, TableDefinition&);

Result<KinesisChange> Run(Database& database, const KinesisRequest& request, Change change, std::string_view status) {
  TRY(const TablePtr table, FindForControl(database, request.table_name));
  TRY(const TablePtr updated,
      database.catalog().Update(
          table, [&](const Table&, TableDefinition& definition, WriteBatch&) { return change(request, definition); }));
  KinesisChange answer{updated->name(), std::string(request.stream_arn), status, std::nullopt};
  if (request.precision) answer.precision = std::string(*request.precision);
  return answer;
}

}  // namespace

Result<KinesisChange> EnableKinesisStreamingDestination(const CallContext& context, const KinesisRequest& request) {
  return Run(context.database, request, Enable, "ENABLING");
}

Result<KinesisChange> DisableKinesisStreamingDestination(const CallContext& context, const KinesisRequest& request) {
  if (request.has_configuration) {
    return ValidationError("Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters");
  }
  return Run(context.database, request, Disable, "DISABLING");
}

Result<KinesisChange> UpdateKinesisStreamingDestination(const CallContext& context, const KinesisRequest& request) {
  if (!request.precision) {
    return ValidationError(
        "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be "
        "null or contain only null values");
  }
  return Run(context.database, request, SetPrecision, "UPDATING");
}

Result<KinesisDestinations> DescribeKinesisStreamingDestination(const CallContext& context,
                                                                std::string_view table_name) {
  TRY(const TablePtr table, FindForControl(context.database, table_name));
  return KinesisDestinations{table->name(), table->definition().kinesis};
}

}  // namespace dynarock
