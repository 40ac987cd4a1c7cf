// Random update expressions, and what they make of an item, told step by step on the naive tree.
#pragma once

#include "engine/operations/model/model_expression.h"

namespace dynarock::model {

struct UpdateStep {
  enum class Kind { kSet, kRemove, kAdd, kDelete };
  Kind kind = Kind::kSet;
  Path path;
  // Of kSet: what is set, or nullopt if an attribute is missing or of another type than it must have.
  std::function<std::optional<Value>(const Item&)> value;
  Value operand;  // of kAdd and kDelete
  // What an attribute holds afterwards, where that is known without the item.
  std::optional<Type> literal_type;
};

struct RandomUpdate {
  std::string text;
  std::vector<UpdateStep> steps;
  bool is_invalid = false;  // breaks a rule that needs no item

  std::vector<Path> Paths() const;
  // Whether there is nothing but REMOVE and DELETE.
  bool OnlyTakesAway() const;
};

RandomUpdate MakeUpdate(Random& random, Placeholders& placeholders, const Subject& subject);

// The item after the update. `old` is empty if there was none; `base` is `old`, or the key where there was none.
// nullopt if the update fails.
std::optional<Item> Apply(const RandomUpdate& update, const Item& old, const Item& base);

}  // namespace dynarock::model
