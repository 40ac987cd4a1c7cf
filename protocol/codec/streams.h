// ListStreams, DescribeStream, GetShardIterator, GetRecords; and changes as JSON.
#pragma once

#include <span>

#include "engine/streams/change_record.h"
#include "protocol/operation.h"

namespace dynarock {

std::span<const Operation> StreamOperations();

// Where a change is shown: in what GetRecords answers, or in the event that a Lambda function gets.
enum class ChangeForm { kGetRecords, kLambdaEvent };

// {"eventID": ..., "eventName": ..., "dynamodb": {...}, ...}. A Lambda event has `stream_arn` as eventSourceARN.
void WriteChange(JsonWriter& out, const ChangeRecord& change, StreamViewType view, std::string_view region,
                 ChangeForm form, std::string_view stream_arn = {});

}  // namespace dynarock
