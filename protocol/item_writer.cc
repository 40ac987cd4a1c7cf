#include "protocol/item_writer.h"

#include <cstring>
#include <utility>
#include <vector>

#include "engine/item/number_text.h"
#include "protocol/java_hash_order.h"
#include "protocol/json_text.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

// A piece of fixed text: one store, or two.
template <std::size_t kSize>
char* Put(char* at, const char (&piece)[kSize]) {  // NOLINT: of a literal
  std::memcpy(at, piece, kSize - 1);
  return at + kSize - 1;
}

char* Put(char* at, std::string_view piece) {
  std::memcpy(at, piece.data(), piece.size());
  return at + piece.size();
}

}  // namespace

void ItemWriter::End(const char* at) {
  out_.PushUnsafe(static_cast<std::size_t>(at - begun_));
}

char* ItemWriter::Grow(const char* at, std::size_t size) {
  if (begun_ != nullptr) out_.PushUnsafe(static_cast<std::size_t>(at - begun_));
  out_.Reserve(size);
  begun_ = out_.PushUnsafe(0);
  end_ = begun_ + (out_.stack_.GetCapacity() - out_.GetSize());
  return begun_;
}

void ItemWriter::WriteItemInHashMapOrder(ItemView item) {
  std::vector<std::string_view> names;
  std::vector<ValueView> values;
  std::string_view name;
  ValueView value;
  for (MapReader members(item.members()); members.Next(name, value);) {
    names.push_back(name);
    values.push_back(value);
  }
  char* at = Put(Begin(), "{");
  bool is_first = true;
  for (const std::size_t place : HashMapOrder(names)) {
    if (!std::exchange(is_first, false)) *at++ = ',';
    at = Value(Name(at, names[place]), values[place]);
  }
  End(Put(at, "}"));
}

char* ItemWriter::Members(char* at, std::string_view payload) {
  at = Room(at);
  *at++ = '{';
  std::string_view name;
  ValueView value;
  bool is_first = true;
  for (MapReader members(payload); members.Next(name, value);) {
    if (!std::exchange(is_first, false)) *at++ = ',';
    at = Value(Name(at, name), value);
  }
  *at++ = '}';
  return Room(at);
}

char* ItemWriter::Name(char* at, std::string_view name) {
  *at++ = '"';
  return Put(Text(at, name), "\":");
}

char* ItemWriter::Value(char* at, ValueView value) {
  const std::string_view payload = value.payload();
  switch (value.type()) {
    case Type::kString:
      return Put(Text(Put(at, "{\"S\":\""), payload), "\"}");
    case Type::kNumber:
    case Type::kBinary:
      at = Put(at, value.type() == Type::kNumber ? "{\"N\":\"" : "{\"B\":\"");
      return Put(Scalar(at, value.type(), payload), "\"}");
    case Type::kBool:
      return Room(value.bool_value() ? Put(at, "{\"BOOL\":true}") : Put(at, "{\"BOOL\":false}"));
    case Type::kNull:
      return Room(Put(at, "{\"NULL\":true}"));
    case Type::kMap:
      return Room(Put(Members(Put(at, "{\"M\":"), payload), "}"));
    case Type::kList:
      return Room(Put(List(Put(at, "{\"L\":"), payload), "}"));
    default:
      at = Put(Put(Put(at, "{\""), TypeName(value.type())), "\":");
      return Room(Put(Set(at, value), "}"));
  }
}

// A string, number or binary without its quotes.
char* ItemWriter::Scalar(char* at, Type type, std::string_view payload) {
  if (type == Type::kString) return Text(at, payload);
  if (type == Type::kNumber) return WriteNumberText(Room(at, kMaxNumberText), payload);
  return WriteBase64(Room(at, Base64Size(payload.size())), payload);
}

char* ItemWriter::List(char* at, std::string_view payload) {
  at = Room(at);
  *at++ = '[';
  ValueView element;
  bool is_first = true;
  for (ListReader elements(payload); elements.Next(element);) {
    if (!std::exchange(is_first, false)) *at++ = ',';
    at = Value(at, element);
  }
  *at++ = ']';
  return at;
}

char* ItemWriter::Set(char* at, ValueView set) {
  const Type type = ElementType(set.type());
  *at++ = '[';
  std::string_view element;
  bool is_first = true;
  for (SetReader elements(set.payload()); elements.Next(element);) {
    if (!std::exchange(is_first, false)) *at++ = ',';
    *at++ = '"';
    at = Put(Scalar(at, type, element), "\"");
  }
  *at++ = ']';
  return at;
}

char* ItemWriter::Text(char* at, std::string_view text) {
  at = Room(at, text.size());
  const std::size_t copied = CopyPlain(at, text);
  at += copied;
  return copied == text.size() ? at : EscapedText(at, text.substr(copied));
}

// Requires: a text that begins with what needs an escape.
char* ItemWriter::EscapedText(char* at, std::string_view text) {
  while (!text.empty()) {
    at = WriteEscape(Room(at, kLongestEscape + text.size()), text[0]);
    text.remove_prefix(1);
    const std::size_t copied = CopyPlain(at, text);
    at += copied;
    text.remove_prefix(copied);
  }
  return Room(at);
}

}  // namespace dynarock
