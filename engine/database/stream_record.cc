// A stream as a record; the fields' numbers are part of the format on disk.
#include "engine/database/record_fields.h"
#include "engine/database/stream.h"

namespace dynarock {

template <class Record, Of<SequenceNumber> Value>
void Fields(Record& record, Value& number) {
  record.Integer(1, number.value);
}

template <class Record, Of<Generation> Value>
void Fields(Record& record, Value& generation) {
  record.Integer(1, generation.number);
  record.One(2, generation.first);
  record.One(3, generation.parent_first);
}

template <class Record, Of<StreamRecord> Value>
void Fields(Record& record, Value& stream) {
  record.Integer(1, stream.definition.id.value);
  record.Integer(2, stream.definition.table.value);
  record.Text(3, stream.definition.table_name);
  Attributes(record, 4, stream.definition.keys.partition);
  Attributes(record, 5, stream.definition.keys.sort);
  record.Integer(6, stream.definition.view);
  record.Time(7, stream.definition.created);
  record.Each(8, stream.life.generations);
  record.One(9, stream.life.end);
  record.Integer(10, stream.definition.shards);
}

std::string EncodeStream(const StreamDefinition& definition, const StreamLife& life) {
  return EncodeRecord(StreamRecord{definition, life});
}

Result<StreamRecord> DecodeStream(std::string_view bytes) {
  std::optional<StreamRecord> stream = DecodeRecord<StreamRecord>(bytes);
  if (!stream || stream->definition.id.value == 0 || stream->life.generations.empty() ||
      stream->definition.shards == 0 || stream->definition.shards > kMostShards ||
      stream->definition.view < StreamViewType::kNewImage || stream->definition.view > StreamViewType::kKeysOnly) {
    return InternalError("catalog: a stream's record is torn, or of a newer program");
  }
  return std::move(*stream);
}

}  // namespace dynarock
