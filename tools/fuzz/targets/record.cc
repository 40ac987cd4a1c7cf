// Records of the store: a kind, then the bytes. What is read is written as bytes that are read the same.
#include "engine/database/stream.h"
#include "engine/database/table.h"
#include "engine/triggers/event_source_mapping.h"
#include "server/lambda/function_record.h"
#include "tools/fuzz/targets/target.h"

namespace dynarock::fuzz {
namespace {

template <class Decode, class Encode>
void CheckRecord(std::string_view bytes, Decode decode, Encode encode) {
  const auto record = decode(bytes);
  if (!record) return;
  const std::string written = encode(*record);
  const auto again = decode(written);
  Expect(again.has_value(), "a record that was written can be read");
  Expect(encode(*again) == written, "a record is written the same each time");
}

}  // namespace
}  // namespace dynarock::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  if (size == 0) return 0;
  const std::string_view bytes = TextOf(data + 1, size - 1);
  switch (data[0]) {
    case 'T':
      CheckRecord(bytes, DecodeTable, EncodeTable);
      break;
    case 'S':
      CheckRecord(bytes, DecodeStream,
                  [](const StreamRecord& record) { return EncodeStream(record.definition, record.life); });
      break;
    case 'M':
      CheckRecord(bytes, DecodeMapping, EncodeMapping);
      break;
    case 'F':
      CheckRecord(bytes, DecodeFunction, EncodeFunction);
      break;
    default:
      break;
  }
  return 0;
}
