// KeyConditionExpression: compiled to clauses, one per attribute.
#include <set>

#include "tools/fuzz/targets/expression_input.h"
#include "tools/fuzz/targets/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const ExpressionInput input(TextOf(data, size));
  Binder binder(input.attributes());
  const auto condition = CompileCondition(input.Parameter("KeyConditionExpression"), binder);
  if (!condition) return 0;
  const auto keys = ToKeyCondition(**condition);
  if (!keys) return 0;
  std::set<std::string> attributes;
  for (const KeyClause& clause : keys->clauses) {
    Expect(attributes.insert(clause.attribute).second, "a key condition has one clause per attribute");
    Expect(keys->Find(clause.attribute) == &clause, "a clause is found by its attribute");
    Expect(!clause.value.bytes().empty(), "a clause has a value");
  }
  return 0;
}
