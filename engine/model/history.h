// What concurrent calls saw of lists that only grow, and whether some serial order of the calls explains it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dynarock::model {

using CallId = std::int64_t;
using List = std::vector<CallId>;

enum class Effect {
  kNone,
  kAppend,  // the call's id is the list's new end
  kPut,     // the call's id is all of the list
};

// One call and one list.
struct Access {
  std::size_t list = 0;
  Effect effect = Effect::kNone;
  std::optional<List> seen = {};  // before the effect, if the call tells; empty if there is no item
};

// One call, or that part of a call which is promised to be whole.
struct Call {
  CallId id = 0;
  std::string name;
  std::int64_t began = 0, ended = 0;
  bool is_done = true;  // a call that was refused has no effect
  std::vector<Access> accesses;
};

// What no serial order of the calls explains that keeps calls in order of which one ended before the other began; in
// words, or nullopt. A list tells the order of its appends, so no order is searched for: what each call must come
// before is known, and a cycle of that is the contradiction.
std::optional<std::string> FindContradiction(const std::vector<Call>& calls);

}  // namespace dynarock::model
