#include "protocol/codec/streams.h"

#include "engine/streams/stream_operations.h"
#include "protocol/codec/reply_parts.h"
#include "protocol/codec/request_parts.h"
#include "protocol/codec/table_enums.h"

namespace dynarock {

template <>
inline constexpr auto kNamesOf<ShardIteratorType> =
    Names<ShardIteratorType>({{"TRIM_HORIZON", ShardIteratorType::kTrimHorizon},
                              {"LATEST", ShardIteratorType::kLatest},
                              {"AT_SEQUENCE_NUMBER", ShardIteratorType::kAtSequenceNumber},
                              {"AFTER_SEQUENCE_NUMBER", ShardIteratorType::kAfterSequenceNumber}});
template <>
inline constexpr auto kNamesOf<ChangeEvent> = Names<ChangeEvent>({{"INSERT", ChangeEvent::kInsert},
                                                                  {"MODIFY", ChangeEvent::kModify},
                                                                  {"REMOVE", ChangeEvent::kRemove}});

namespace {

constexpr Shape kStreamArn{.min = 37, .max = 1024};
constexpr Shape kShardId{.min = 28, .max = 65};
constexpr Shape kSequenceNumber{.min = 21, .max = 40};
constexpr Shape kShardIterator{.min = 1, .max = 2048};
constexpr Shape kPageLimit{.kind = ShapeKind::kInteger, .min = 1, .max = kMaxDescribedShards};
constexpr Shape kRecordLimit{.kind = ShapeKind::kInteger, .min = 1, .max = kMaxRecords};
constexpr auto kShardIteratorType = EnumShape<ShardIteratorType>();
constexpr auto kShardFilterTypes = std::to_array<std::string_view>({"CHILD_SHARDS"});
constexpr Shape kShardFilterType{.allowed = kShardFilterTypes};

constexpr auto kListStreamsRequest = Members<ListStreamsRequest>(
    Optional<&ListStreamsRequest::table_name>("TableName", kIndexName),
    Optional<&ListStreamsRequest::limit>("Limit", kPageLimit),
    Optional<&ListStreamsRequest::exclusive_start_stream_arn>("ExclusiveStartStreamArn", kStreamArn));

constexpr auto kShardFilterMembers =
    Members<ShardFilter>(Optional<&ShardFilter::child_shards>("Type", kShardFilterType),
                         Optional<&ShardFilter::shard_id>("ShardId", kShardId));
constexpr auto kShardFilter = Structure(kShardFilterMembers, "ShardFilter");
constexpr auto kDescribeStreamRequest = Members<DescribeStreamRequest>(
    Required<&DescribeStreamRequest::stream_arn>("StreamArn", kStreamArn),
    Optional<&DescribeStreamRequest::limit>("Limit", kPageLimit),
    Optional<&DescribeStreamRequest::exclusive_start_shard_id>("ExclusiveStartShardId", kShardId),
    Optional<&DescribeStreamRequest::shard_filter>("ShardFilter", kShardFilter));

constexpr auto kGetShardIteratorRequest = Members<GetShardIteratorRequest>(
    Required<&GetShardIteratorRequest::stream_arn>("StreamArn", kStreamArn),
    Required<&GetShardIteratorRequest::shard_id>("ShardId", kShardId),
    Required<&GetShardIteratorRequest::type>("ShardIteratorType", kShardIteratorType),
    Optional<&GetShardIteratorRequest::sequence_number>("SequenceNumber", kSequenceNumber));
constexpr auto kGetShardIteratorReply =
    ReplyOf<GetShardIteratorResponse>(Shown<&GetShardIteratorResponse::shard_iterator>("ShardIterator"));

constexpr auto kGetRecordsRequest =
    Members<GetRecordsRequest>(Required<&GetRecordsRequest::shard_iterator>("ShardIterator", kShardIterator),
                               Optional<&GetRecordsRequest::limit>("Limit", kRecordLimit));

void WriteListStreams(JsonWriter& out, const ListStreamsResponse& response) {
  out.StartObject();
  WriteKey(out, "Streams");
  out.StartArray();
  for (const StreamPtr& stream : response.streams) {
    out.StartObject();
    WriteTextMember(out, "TableName", stream->definition().table_name);
    WriteTextMember(out, "StreamArn", StreamArn(response.identity, *stream));
    WriteTextMember(out, "StreamLabel", stream->Label());
    out.EndObject();
  }
  out.EndArray();
  if (response.more) {
    WriteTextMember(out, "LastEvaluatedStreamArn", StreamArn(response.identity, *response.streams.back()));
  }
  out.EndObject();
}

void WriteShard(JsonWriter& out, const Shard& shard) {
  out.StartObject();
  WriteTextMember(out, "ShardId", shard.id);
  WriteKey(out, "SequenceNumberRange");
  out.StartObject();
  WriteTextMember(out, "StartingSequenceNumber", SequenceNumberText(shard.start));
  if (shard.end) WriteTextMember(out, "EndingSequenceNumber", SequenceNumberText(*shard.end));
  out.EndObject();
  if (shard.parent_id) WriteTextMember(out, "ParentShardId", *shard.parent_id);
  out.EndObject();
}

void WriteDescribeStream(JsonWriter& out, const DescribeStreamResponse& response) {
  const StreamDefinition& stream = response.stream->definition();
  out.StartObject();
  WriteKey(out, "StreamDescription");
  out.StartObject();
  WriteTextMember(out, "StreamArn", StreamArn(response.identity, *response.stream));
  WriteTextMember(out, "StreamLabel", response.stream->Label());
  WriteTextMember(out, "StreamStatus", response.stream->enabled() ? "ENABLED" : "DISABLED");
  WriteTextMember(out, "StreamViewType", NameOf(stream.view));
  WriteSeconds(out, "CreationRequestDateTime", stream.created);
  WriteTextMember(out, "TableName", stream.table_name);
  WriteKeySchema(out, stream.keys);
  WriteKey(out, "Shards");
  out.StartArray();
  for (const Shard& shard : response.shards) WriteShard(out, shard);
  out.EndArray();
  if (response.more) WriteTextMember(out, "LastEvaluatedShardId", response.shards.back().id);
  out.EndObject();
  out.EndObject();
}

void WriteStreamRecord(JsonWriter& out, const ChangeRecord& change, StreamViewType view, ChangeForm form) {
  constexpr std::int64_t kSecond = 1000;
  const std::int64_t created = change.created().value / kSecond;
  out.StartObject();
  WriteKey(out, "ApproximateCreationDateTime");
  // A function in Python gets a float.
  if (form == ChangeForm::kLambdaEvent) {
    out.Double(static_cast<double>(created));
  } else {
    out.Int64(created);
  }
  WriteKey(out, "Keys");
  WriteItem(out, ItemView(change.keys));
  if (change.new_image) {
    WriteKey(out, "NewImage");
    WriteItem(out, ItemView(*change.new_image));
  }
  if (change.old_image) {
    WriteKey(out, "OldImage");
    WriteItem(out, ItemView(*change.old_image));
  }
  WriteTextMember(out, "SequenceNumber", SequenceNumberText(change.number));
  WriteInteger(out, "SizeBytes", static_cast<std::int64_t>(change.size_bytes()));
  WriteTextMember(out, "StreamViewType", NameOf(view));
  out.EndObject();
}

void WriteGetRecords(JsonWriter& out, const GetRecordsResponse& response) {
  out.StartObject();
  WriteKey(out, "Records");
  out.StartArray();
  for (const ChangeRecord& change : response.records) {
    WriteChange(out, change, response.stream->definition().view, response.region, ChangeForm::kGetRecords);
  }
  out.EndArray();
  if (response.next_shard_iterator) WriteTextMember(out, "NextShardIterator", *response.next_shard_iterator);
  out.EndObject();
}

constexpr auto kOperations = std::to_array<Operation>({
    MakeOperation<kListStreamsRequest, ListStreams, WriteListStreams>({.name = "ListStreams"}),
    MakeOperation<kDescribeStreamRequest, DescribeStream, WriteDescribeStream>({.name = "DescribeStream"}),
    MakeOperation<kGetShardIteratorRequest, GetShardIterator, kGetShardIteratorReply>({.name = "GetShardIterator"}),
    MakeOperation<kGetRecordsRequest, GetRecords, WriteGetRecords>({.name = "GetRecords"}),
});

}  // namespace

void WriteChange(JsonWriter& out, const ChangeRecord& change, StreamViewType view, std::string_view region,
                 ChangeForm form, std::string_view stream_arn) {
  const bool is_event = form == ChangeForm::kLambdaEvent;
  out.StartObject();
  WriteTextMember(out, "eventID", change.event_id);
  WriteTextMember(out, "eventName", NameOf(change.event));
  WriteTextMember(out, "eventVersion", "1.1");
  WriteTextMember(out, "eventSource", "aws:dynamodb");
  WriteTextMember(out, "awsRegion", region);
  WriteKey(out, "dynamodb");
  WriteStreamRecord(out, change, view, form);
  if (change.origin == WriteOrigin::kTimeToLive) {
    WriteKey(out, "userIdentity");
    out.StartObject();
    WriteTextMember(out, is_event ? "principalId" : "PrincipalId", "dynamodb.amazonaws.com");
    WriteTextMember(out, is_event ? "type" : "Type", "Service");
    out.EndObject();
  }
  if (is_event) WriteTextMember(out, "eventSourceARN", stream_arn);
  out.EndObject();
}

std::span<const Operation> StreamOperations() {
  return kOperations;
}

}  // namespace dynarock
