#include "protocol/codec/streams.h"

#include "engine/streams/stream_operations.h"
#include "protocol/codec/fields.h"

namespace dynarock {
namespace {

constexpr Shape kStreamArnShape{.min = 37, .max = 1024};
constexpr Shape kShardIdShape{.min = 28, .max = 65};
constexpr Shape kStreamTableNameShape{.min = 3, .max = 255, .pattern = &kResourceName};
constexpr Shape kSequenceNumberShape{.min = 21, .max = 40};
constexpr Shape kShardIteratorShape{.min = 1, .max = 2048};
constexpr Shape kPageLimitShape{.kind = ShapeKind::kInteger, .min = 1, .max = kMaxDescribedShards};
constexpr Shape kRecordLimitShape{.kind = ShapeKind::kInteger, .min = 1, .max = kMaxRecords};
// In the order of ShardIteratorType.
constexpr std::array<std::string_view, 4> kShardIteratorTypeNames = {"TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER",
                                                                     "AFTER_SEQUENCE_NUMBER"};
constexpr Shape kShardIteratorTypeShape{.allowed = kShardIteratorTypeNames};
constexpr std::array<std::string_view, 1> kShardFilterTypeNames = {"CHILD_SHARDS"};
constexpr Shape kShardFilterTypeShape{.allowed = kShardFilterTypeNames};

constexpr std::array<Field, 3> kListStreamsFields = {{{"TableName", &kStreamTableNameShape},
                                                      {"Limit", &kPageLimitShape},
                                                      {"ExclusiveStartStreamArn", &kStreamArnShape}}};

constexpr std::array<Field, 2> kShardFilterFields = {{{"Type", &kShardFilterTypeShape}, {"ShardId", &kShardIdShape}}};
constexpr Shape kShardFilterShape{
    .kind = ShapeKind::kStructure, .fields = kShardFilterFields, .java_name = "ShardFilter"};
constexpr std::array<Field, 4> kDescribeStreamFields = {{{"StreamArn", &kStreamArnShape, Presence::kRequired},
                                                         {"Limit", &kPageLimitShape},
                                                         {"ExclusiveStartShardId", &kShardIdShape},
                                                         {"ShardFilter", &kShardFilterShape}}};

constexpr std::array<Field, 4> kGetShardIteratorFields = {
    {{"StreamArn", &kStreamArnShape, Presence::kRequired},
     {"ShardId", &kShardIdShape, Presence::kRequired},
     {"ShardIteratorType", &kShardIteratorTypeShape, Presence::kRequired},
     {"SequenceNumber", &kSequenceNumberShape}}};

constexpr std::array<Field, 2> kGetRecordsFields = {
    {{"ShardIterator", &kShardIteratorShape, Presence::kRequired}, {"Limit", &kRecordLimitShape}}};

// In the order of ChangeEvent.
constexpr std::array<std::string_view, 3> kEventNames = {"INSERT", "MODIFY", "REMOVE"};

ListStreamsRequest DecodeListStreams(const Json& body) {
  return {TextField(body, "TableName"), IntegerField(body, "Limit"), TextField(body, "ExclusiveStartStreamArn")};
}

DescribeStreamRequest DecodeDescribeStream(const Json& body) {
  DescribeStreamRequest request;
  request.stream_arn = *TextField(body, "StreamArn");
  request.limit = IntegerField(body, "Limit");
  request.exclusive_start_shard_id = TextField(body, "ExclusiveStartShardId");
  if (const Json* filter = FindField(body, "ShardFilter")) {
    request.shard_filter = ShardFilter{TextField(*filter, "Type").has_value(), TextField(*filter, "ShardId")};
  }
  return request;
}

GetShardIteratorRequest DecodeGetShardIterator(const Json& body) {
  return {*TextField(body, "StreamArn"), *TextField(body, "ShardId"),
          *EnumField<ShardIteratorType>(body, "ShardIteratorType", kShardIteratorTypeNames),
          TextField(body, "SequenceNumber")};
}

GetRecordsRequest DecodeGetRecords(const Json& body) {
  return {*TextField(body, "ShardIterator"), IntegerField(body, "Limit")};
}

void EncodeListStreams(const ListStreamsResponse& response, JsonWriter& out) {
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

void EncodeDescribeStream(const DescribeStreamResponse& response, JsonWriter& out) {
  const StreamDefinition& stream = response.stream->definition();
  out.StartObject();
  WriteKey(out, "StreamDescription");
  out.StartObject();
  WriteTextMember(out, "StreamArn", StreamArn(response.identity, *response.stream));
  WriteTextMember(out, "StreamLabel", response.stream->Label());
  WriteTextMember(out, "StreamStatus", response.stream->enabled() ? "ENABLED" : "DISABLED");
  WriteTextMember(out, "StreamViewType", kStreamViewTypeNames[static_cast<std::size_t>(stream.view)]);
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

void EncodeGetShardIterator(const GetShardIteratorResponse& response, JsonWriter& out) {
  out.StartObject();
  WriteTextMember(out, "ShardIterator", response.shard_iterator);
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
  WriteTextMember(out, "StreamViewType", kStreamViewTypeNames[static_cast<std::size_t>(view)]);
  out.EndObject();
}

void EncodeGetRecords(const GetRecordsResponse& response, JsonWriter& out) {
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

constexpr std::array<Operation, 4> kOperations = {{
    {"ListStreams", Structure(kListStreamsFields), Handle<DecodeListStreams, ListStreams, EncodeListStreams>},
    {"DescribeStream", Structure(kDescribeStreamFields),
     Handle<DecodeDescribeStream, DescribeStream, EncodeDescribeStream>},
    {"GetShardIterator", Structure(kGetShardIteratorFields),
     Handle<DecodeGetShardIterator, GetShardIterator, EncodeGetShardIterator>},
    {"GetRecords", Structure(kGetRecordsFields), Handle<DecodeGetRecords, GetRecords, EncodeGetRecords>},
}};

}  // namespace

void WriteChange(JsonWriter& out, const ChangeRecord& change, StreamViewType view, std::string_view region,
                 ChangeForm form, std::string_view stream_arn) {
  const bool is_event = form == ChangeForm::kLambdaEvent;
  out.StartObject();
  WriteTextMember(out, "eventID", change.event_id);
  WriteTextMember(out, "eventName", kEventNames[static_cast<std::size_t>(change.event)]);
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
