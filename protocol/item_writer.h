// Item bytes to DynamoDB's JSON, in one pass.
#pragma once

#include "engine/item/item.h"
#include "protocol/json.h"

namespace dynarock {

// Appends to a buffer whose room it checks once per text, not once per byte. Each step takes the place where it begins
// to write and returns the end of what it has written. Between two calls of Room at most kPieces bytes are written
// beside those that Room was asked for.
class ItemWriter {
 public:
  explicit ItemWriter(rapidjson::StringBuffer& out) : out_(out) {}
  ItemWriter(const ItemWriter&) = delete;
  ItemWriter& operator=(const ItemWriter&) = delete;

  // {"S":"..."}
  void WriteValue(ValueView value) { End(Value(Begin(), value)); }
  // {"name":{"S":"..."},...}
  void WriteItem(ItemView item) { End(Members(Begin(), item.members())); }
  // The same in the order of Java's HashMap.
  void WriteItemInHashMapOrder(ItemView item);

 private:
  static constexpr std::size_t kPieces = 32;  // bytes

  char* Begin() { return Grow(nullptr, kPieces); }
  void End(const char* at);
  char* Room(char* at, std::size_t size = 0) {
    if (static_cast<std::size_t>(end_ - at) >= size + kPieces) [[likely]]
      return at;
    return Grow(at, size + kPieces);
  }
  char* Grow(const char* at, std::size_t size);

  char* Name(char* at, std::string_view name);
  char* Value(char* at, ValueView value);
  char* Scalar(char* at, Type type, std::string_view payload);
  char* Members(char* at, std::string_view payload);
  char* List(char* at, std::string_view payload);
  char* Set(char* at, ValueView set);
  char* Text(char* at, std::string_view text);
  char* EscapedText(char* at, std::string_view text);

  rapidjson::StringBuffer& out_;
  char* begun_ = nullptr;  // where the bytes begin that `out_` does not know of yet
  char* end_ = nullptr;    // of its memory
};

}  // namespace dynarock
