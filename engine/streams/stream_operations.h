// ListStreams, DescribeStream, GetShardIterator, GetRecords.
#pragma once

#include "engine/requests/call_context.h"
#include "engine/streams/stream_reader.h"

namespace dynarock {

struct ListStreamsRequest {
  std::optional<std::string_view> table_name;
  std::optional<std::int64_t> limit;
  std::optional<std::string_view> exclusive_start_stream_arn;
};

struct ListStreamsResponse {
  std::vector<StreamPtr> streams;
  bool more = false;  // LastEvaluatedStreamArn is told
  Identity identity;
};

struct ShardFilter {
  bool child_shards = false;  // Type is CHILD_SHARDS
  std::optional<std::string_view> shard_id;
};

struct DescribeStreamRequest {
  std::string_view stream_arn;
  std::optional<std::int64_t> limit;
  std::optional<std::string_view> exclusive_start_shard_id;
  std::optional<ShardFilter> shard_filter;
};

struct DescribeStreamResponse {
  StreamPtr stream;
  std::vector<Shard> shards;
  bool more = false;  // LastEvaluatedShardId is told
  Identity identity;
};

// In the order of the enum in AWS's messages.
enum class ShardIteratorType { kTrimHorizon, kLatest, kAtSequenceNumber, kAfterSequenceNumber };

struct GetShardIteratorRequest {
  std::string_view stream_arn;
  std::string_view shard_id;
  ShardIteratorType type = ShardIteratorType::kTrimHorizon;
  std::optional<std::string_view> sequence_number;
};

struct GetShardIteratorResponse {
  std::string shard_iterator;
};

struct GetRecordsRequest {
  std::string_view shard_iterator;
  std::optional<std::int64_t> limit;
};

struct GetRecordsResponse {
  StreamPtr stream;
  std::vector<ChangeRecord> records;
  std::optional<std::string> next_shard_iterator;  // none behind the end of a closed shard
  std::string region;
};

// Errors: kValidation for an ARN of another form.
Result<ListStreamsResponse> ListStreams(const CallContext& context, const ListStreamsRequest& request);

// Errors: kValidation, kResourceNotFound.
Result<DescribeStreamResponse> DescribeStream(const CallContext& context, const DescribeStreamRequest& request);

// Errors: kValidation, kResourceNotFound, kTrimmedDataAccess.
Result<GetShardIteratorResponse> GetShardIterator(const CallContext& context, const GetShardIteratorRequest& request);

// Errors: kValidation, kExpiredIterator, kResourceNotFound, kTrimmedDataAccess.
Result<GetRecordsResponse> GetRecords(const CallContext& context, const GetRecordsRequest& request);

}  // namespace dynarock
