// An item as JSON: to bytes and back, and to the same bytes again.
#include "protocol/attribute_value.h"

#include "protocol/type_check.h"
#include "tools/fuzz/targets/target.h"

namespace dynarock::fuzz {
namespace {

constexpr Shape kValue{.kind = ShapeKind::kAttributeValue};
constexpr Shape kItem{.kind = ShapeKind::kMap, .element = &kValue};

// Nothing if the text is not an item.
std::optional<std::string> BytesOf(std::string_view text) {
  const JsonText json{std::string(text)};
  if (!json.json() || !CheckTypes(*json.json(), kItem)) return std::nullopt;
  EncodedItem item = DecodeItem(*json.json());
  if (item.error) return std::nullopt;
  return std::move(item.bytes);
}

}  // namespace
}  // namespace dynarock::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const std::optional<std::string> bytes = BytesOf(TextOf(data, size));
  if (!bytes) return 0;
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  WriteItem(out, ItemView(*bytes));
  const std::optional<std::string> again = BytesOf({buffer.GetString(), buffer.GetSize()});
  Expect(again && *again == *bytes, "an item's JSON is read as the same item");
  return 0;
}
