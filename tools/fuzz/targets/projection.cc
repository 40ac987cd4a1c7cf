// ProjectionExpression: what it takes of an item is not larger than the item, and an item.
#include "tools/fuzz/targets/expression_input.h"
#include "tools/fuzz/targets/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const ExpressionInput input(TextOf(data, size));
  Binder binder(input.attributes());
  const auto paths = CompileProjection(input.Parameter("ProjectionExpression"), binder);
  if (!paths) return 0;
  const std::string taken = Projection(**paths).Apply(SampleItem());
  Expect(ItemView(taken).billed_size() <= SampleItem().billed_size(), "a projection is not larger than its item");
  std::string_view name, last;
  ValueView value;
  for (MapReader members(ItemView(taken).members()); members.Next(name, value); last = name) {
    Expect(last.empty() || last < name, "attributes are sorted by name");
  }
  return 0;
}
