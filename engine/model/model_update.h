// Random update expressions, and what they make of an item, told step by step on the naive tree.
#pragma once

#include "engine/model/model_expression.h"

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
  std::vector<Path> read_paths;  // those on the right of SET
  bool is_invalid = false;       // breaks a rule that needs no item

  std::vector<Path> Paths() const;
  // Whether there is nothing but REMOVE and DELETE.
  bool OnlyTakesAway() const;
};

RandomUpdate MakeUpdate(Random& random, Placeholders& placeholders, const Subject& subject);

// What becomes of `item`, or of the key where there is no item (`is_new`). nullopt if the update fails.
std::optional<Item> Apply(const RandomUpdate& update, const Item& item, bool is_new);

}  // namespace dynarock::model
