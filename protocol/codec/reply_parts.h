// Parts of replies that several families share.
#pragma once

#include "engine/reads/item_list.h"
#include "engine/requests/capacity.h"
#include "engine/writes/write_request.h"
#include "protocol/attribute_value.h"
#include "protocol/reply_members.h"

namespace dynarock {

// Members of an object.
void WriteInteger(JsonWriter& out, std::string_view key, std::int64_t value);
void WriteTextMember(JsonWriter& out, std::string_view key, std::string_view value);
void WriteSeconds(JsonWriter& out, std::string_view key, EpochMillis time);
void WriteKeySchema(JsonWriter& out, const KeySchema& keys);

// Seconds, with a fraction.
void Write(JsonWriter& out, const EpochMillis& time);
void Write(JsonWriter& out, const ConsumedCapacity& consumed);
void Write(JsonWriter& out, const ItemCollectionMetrics& metrics);
void Write(JsonWriter& out, const ItemCollectionMetricsByTable& metrics);

void Write(JsonWriter& out, const ItemList& items);
void WriteItemBytes(JsonWriter& out, const std::string& bytes);
// [{"Item": ...}, {}, ...]
void WriteItemResponses(JsonWriter& out, const std::vector<std::optional<std::string>>& items);

}  // namespace dynarock
