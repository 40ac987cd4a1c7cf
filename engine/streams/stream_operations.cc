#include "engine/streams/stream_operations.h"

#include <algorithm>
#include <tuple>

#include "engine/base/errors.h"
#include "engine/base/limits.h"
#include "engine/streams/shard_iterator.h"

namespace dynarock {
namespace {

constexpr std::int64_t kIteratorLife = 15 * 60 * 1000;  // milliseconds

// What a stream's ARN tells.
struct StreamName {
  std::string_view table_name;
  std::string_view label;
};

Result<StreamName> ParseStreamArn(std::string_view arn) {
  constexpr std::string_view kStart = "arn:", kService = ":dynamodb:", kTable = ":table/", kStream = "/stream/";
  const std::size_t table = arn.find(kTable);
  const std::size_t stream = arn.find(kStream);
  const bool is_arn = arn.substr(0, kStart.size()) == kStart && arn.find(kService) != std::string_view::npos;
  if (!is_arn || table == std::string_view::npos || stream == std::string_view::npos || stream < table) {
    return ValidationError("Invalid StreamArn");
  }
  const std::size_t name = table + kTable.size();
  return StreamName{arn.substr(name, stream - name), arn.substr(stream + kStream.size())};
}

ApiError NoSuchStream(std::string_view arn) {
  return errors::ResourceNotFound("Stream: " + std::string(arn) + " not found");
}

Result<StreamPtr> FindStreamOrFail(const Database& database, std::string_view arn) {
  TRY_VOID(ParseStreamArn(arn));
  StreamPtr stream = FindStream(database, arn);
  if (!stream) return NoSuchStream(arn);
  return stream;
}

// The first `limit` of `all`, and whether there are more.
template <class Element>
bool Cut(std::vector<Element>& all, std::optional<std::int64_t> limit, std::size_t otherwise) {
  const std::size_t most = limit ? static_cast<std::size_t>(*limit) : otherwise;
  if (all.size() <= most) return false;
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(most), all.end());
  return true;
}

// The words are ours. Observed: conformance/cases/streams/describe_stream.case
Result<void> CheckIsWhole(const ShardFilter& filter) {
  if (filter.child_shards && filter.shard_id) return {};
  return ValidationError(filter.child_shards ? "ShardId is required in ShardFilter"
                                             : "Type is required in ShardFilter");
}

Result<void> CheckSequenceNumberGiven(const GetShardIteratorRequest& request) {
  const bool is_wanted =
      request.type == ShardIteratorType::kAtSequenceNumber || request.type == ShardIteratorType::kAfterSequenceNumber;
  if (is_wanted == request.sequence_number.has_value()) return {};
  return ValidationError(is_wanted
                             ? "SequenceNumber is required for ShardIteratorType AT_SEQUENCE_NUMBER and "
                               "AFTER_SEQUENCE_NUMBER"
                             : "SequenceNumber must not be specified for ShardIteratorType TRIM_HORIZON and LATEST");
}

// The place that AT_SEQUENCE_NUMBER and AFTER_SEQUENCE_NUMBER name.
Result<SequenceNumber> NamedNumber(const Database& database, const Stream& stream, const Shard& shard,
                                   const GetShardIteratorRequest& request) {
  const auto number = ParseSequenceNumber(*request.sequence_number);
  const SequenceNumber last = shard.end.value_or(stream.VisibleEnd());
  if (number && *number < TrimHorizon(database)) return TrimmedDataAccess();
  if (!number || *number < shard.start || *number > last) return ValidationError("Invalid SequenceNumber");
  return request.type == ShardIteratorType::kAtSequenceNumber ? *number : SequenceNumber{number->value + 1};
}

Result<SequenceNumber> StartOf(Database& database, const Stream& stream, const Shard& shard,
                               const GetShardIteratorRequest& request) {
  switch (request.type) {
    case ShardIteratorType::kTrimHorizon:
      return std::max(shard.start, TrimHorizon(database));
    case ShardIteratorType::kLatest:
      return LatestNumber(database, stream, shard);
    case ShardIteratorType::kAtSequenceNumber:
    case ShardIteratorType::kAfterSequenceNumber:
      break;
  }
  return NamedNumber(database, stream, shard, request);
}

}  // namespace

Result<ListStreamsResponse> ListStreams(const CallContext& context, const ListStreamsRequest& request) {
  ListStreamsResponse response;
  response.identity = context.database.identity();
  response.streams = context.database.streams().List(context.database.clock().Now());
  auto& streams = response.streams;
  if (request.exclusive_start_stream_arn) {
    TRY(const StreamName start, ParseStreamArn(*request.exclusive_start_stream_arn));
    const auto is_behind = [&](const StreamPtr& stream) {
      const std::string label = stream->Label();
      return std::tuple<std::string_view, std::string_view>(stream->definition().table_name, label) >
             std::tuple(start.table_name, start.label);
    };
    streams.erase(streams.begin(), std::find_if(streams.begin(), streams.end(), is_behind));
  }
  if (request.table_name) {
    const auto is_other = [&](const StreamPtr& stream) {
      return stream->definition().table_name != *request.table_name;
    };
    streams.erase(std::remove_if(streams.begin(), streams.end(), is_other), streams.end());
  }
  response.more = Cut(streams, request.limit, kMaxListedStreams);
  return response;
}

Result<DescribeStreamResponse> DescribeStream(const CallContext& context, const DescribeStreamRequest& request) {
  DescribeStreamResponse response;
  response.identity = context.database.identity();
  TRY(response.stream, FindStreamOrFail(context.database, request.stream_arn));
  TRY(response.shards, Shards(context.database, *response.stream));
  std::vector<Shard>& shards = response.shards;
  if (request.shard_filter) {
    TRY_VOID(CheckIsWhole(*request.shard_filter));
    const auto is_no_child = [&](const Shard& shard) { return shard.parent_id != request.shard_filter->shard_id; };
    shards.erase(std::remove_if(shards.begin(), shards.end(), is_no_child), shards.end());
  }
  if (request.exclusive_start_shard_id) {
    // Ids are in the order of the shards, so the start need not be there any more.
    const auto is_behind = [&](const Shard& shard) { return shard.id > *request.exclusive_start_shard_id; };
    shards.erase(shards.begin(), std::find_if(shards.begin(), shards.end(), is_behind));
  }
  response.more = Cut(shards, request.limit, kMaxDescribedShards);
  return response;
}

Result<GetShardIteratorResponse> GetShardIterator(const CallContext& context, const GetShardIteratorRequest& request) {
  TRY_VOID(CheckSequenceNumberGiven(request));
  TRY(const StreamPtr stream, FindStreamOrFail(context.database, request.stream_arn));
  TRY(const std::optional<Shard> shard, FindShard(context.database, *stream, request.shard_id));
  if (!shard) return errors::ResourceNotFound("Shard does not exist");
  TRY(const SequenceNumber from, StartOf(context.database, *stream, *shard, request));
  return GetShardIteratorResponse{
      ShardIteratorText({std::string(request.stream_arn), shard->place, from, context.database.clock().Now()})};
}

Result<GetRecordsResponse> GetRecords(const CallContext& context, const GetRecordsRequest& request) {
  const EpochMillis now = context.database.clock().Now();
  auto iterator = ParseShardIterator(request.shard_iterator);
  if (!iterator) return ValidationError("Invalid ShardIterator");
  if (now.value - iterator->made.value > kIteratorLife) {
    return ApiError{ErrorCode::kExpiredIterator, "The provided iterator exceeds the maximum age allowed.", {}};
  }
  GetRecordsResponse response;
  response.region = context.database.identity().region;
  response.stream = FindStream(context.database, iterator->stream_arn);
  if (!response.stream) return NoSuchStream(iterator->stream_arn);
  TRY(const std::optional<Shard> shard, FindShard(context.database, *response.stream, iterator->place));
  if (!shard) return TrimmedDataAccess();
  PageLimits limits;
  if (request.limit) limits.records = static_cast<std::size_t>(*request.limit);
  TRY(ChangePage page, ReadShard(context.database, *response.stream, *shard, iterator->from, limits));
  response.records = std::move(page.records);
  if (page.at_end) return response;
  iterator->from = page.next;
  iterator->made = now;
  response.next_shard_iterator = ShardIteratorText(*iterator);
  return response;
}

}  // namespace dynarock
