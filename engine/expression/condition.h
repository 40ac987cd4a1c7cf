// Evaluates a bound condition on stored item bytes. ConditionExpression and FilterExpression are this.
#pragma once

#include "engine/expression/bound.h"

namespace dynarock {

// Whether `item` (possibly no item) meets the condition. Requires: a validated condition.
bool Evaluate(const Bound<Condition>& condition, ItemView item);
// The same of a tree without placeholders.
bool Evaluate(const Condition& condition, ItemView item);

// What one evaluation on a small item costs, in tests, operands and literals' bytes; a unit is some nanoseconds.
std::size_t CostOf(const Bound<Condition>& condition);

// The first attribute of each path used, for rules about key attributes.
void CollectAttributes(const Bound<Condition>& condition, std::vector<const Path*>& paths);
// The same of a tree without placeholders.
void CollectAttributes(const Condition& condition, std::vector<const Path*>& paths);

}  // namespace dynarock
