// UpdateExpression: compiled, evaluated and made; what it makes is an item.
#include "engine/item/edit.h"
#include "tools/fuzz/targets/expression_input.h"
#include "tools/fuzz/targets/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const ExpressionInput input(TextOf(data, size));
  Binder binder(input.attributes());
  const auto update = CompileUpdate(input.Parameter("UpdateExpression"), binder);
  if (!update || !CheckBoundUpdate((*update)->tree(), (*update)->bindings())) return 0;
  const auto edits = EvaluateUpdate(**update, SampleItem());
  if (!edits) return 0;
  const auto updated = ApplyEdits(SampleItem(), *edits);
  if (!updated) return 0;
  const auto unchanged = ApplyEdits(ItemView(*updated), {});
  Expect(unchanged && *unchanged == *updated, "an updated item is in canonical form");
  return 0;
}
