// PartiQL statements: parsed with as many parameters as they have question marks.
#include "engine/partiql/parser.h"
#include "tools/fuzz/targets/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const std::string_view text = TextOf(data, size);
  EncodedValue value;
  AppendScalar(value.bytes, Type::kString, "given");
  const auto marks = static_cast<std::size_t>(std::count(text.begin(), text.end(), '?'));
  const std::vector<EncodedValue> parameters(std::min<std::size_t>(marks, 1000), value);
  const auto statement = partiql::ParseStatement(text, parameters);
  Expect(statement || !statement.error().message.empty(), "an error has a message");
  return 0;
}
