// Attribute values of the naive model: a plain tree, with fixed-point numbers and no cleverness.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/item/item.h"

namespace dynarock::model {

// A number with at most three decimals.
struct Fixed {
  std::int64_t thousandths = 0;

  auto operator<=>(const Fixed&) const = default;
};

inline Fixed Whole(std::int64_t value) {
  return {value * 1000};
}

// DynamoDB's text: "-1.25".
std::string TextOf(Fixed number);
// The reverse of TextOf. Throws std::invalid_argument for anything else.
Fixed FixedOf(std::string_view text);

struct Value {
  Type type = Type::kNull;
  std::string text;  // of S and B
  Fixed number;
  bool flag = false;  // of BOOL
  std::map<std::string, Value> members;
  std::vector<Value> elements;    // of L
  std::set<std::string> strings;  // of SS and BS
  std::set<Fixed> numbers;        // of NS
  bool removed = false;           // a place that the update under way takes away

  bool operator==(const Value&) const = default;
};

using Item = std::map<std::string, Value>;

Value String(std::string text);
Value Number(Fixed number);
Value Binary(std::string bytes);

// S, N and B have an order.
bool IsOrdered(Type type);
// Requires: the same type, one of S, N, B.
std::strong_ordering Order(const Value& left, const Value& right);

// Bytes billed. Source: Developer Guide, "DynamoDB item sizes and formats".
std::size_t SizeOf(const Value& value);
std::size_t SizeOf(const Item& item);

// Through the engine's encoders.
std::string Encode(const Value& value);
std::string Encode(const Item& item);

// Through the engine's readers.
Value Decode(ValueView view);
Item Decode(ItemView view);

// For a person to read: {"a":{"S":"x"}}, bytes outside of ASCII as \xNN.
std::string Show(const Value& value);
std::string Show(const Item& item);

}  // namespace dynarock::model
