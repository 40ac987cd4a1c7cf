// Views over one encoded attribute value, and the functions that append encoded values. See README.md for the format.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/item_bytes.h"

namespace dynarock {

// One encoded value. Borrows its bytes.
class ValueView {
 public:
  ValueView() = default;

  // Reads the value that starts at `pos` and moves `pos` behind it. Requires: well-formed bytes.
  static ValueView Read(const char*& pos) {
    ValueView view;
    const char* start = pos;
    view.type_ = static_cast<Type>(*pos++);
    std::uint32_t length;
    if (IsContainer(view.type_)) {
      length = ReadFixed32(pos);
      pos += 4;
    } else {
      length = ReadVarint(pos);
    }
    view.payload_ = {pos, length};
    pos += length;
    view.bytes_ = {start, static_cast<std::size_t>(pos - start)};
    return view;
  }

  // Requires: `bytes` is exactly one well-formed value.
  static ValueView Of(std::string_view bytes) {
    const char* pos = bytes.data();
    return Read(pos);
  }

  Type type() const { return type_; }
  // What stands behind tag and length: text, number bytes, members, elements.
  std::string_view payload() const { return payload_; }
  // Tag, length and payload.
  std::string_view bytes() const { return bytes_; }
  bool bool_value() const { return payload_[0] != 0; }

  // The same type and the same value.
  friend bool operator==(const ValueView& left, const ValueView& right) { return left.bytes_ == right.bytes_; }

 private:
  Type type_ = Type::kNull;
  std::string_view payload_;
  std::string_view bytes_;
};

// Walks the elements of a list's payload.
class ListReader {
 public:
  explicit ListReader(std::string_view payload) : pos_(payload.data()), end_(pos_ + payload.size()) {}
  bool Next(ValueView& element) {
    if (pos_ == end_) return false;
    element = ValueView::Read(pos_);
    return true;
  }

 private:
  const char* pos_;
  const char* end_;
};

// Walks the members of a map's payload, in the order of their names.
class MapReader {
 public:
  explicit MapReader(std::string_view payload) : pos_(payload.data()), end_(pos_ + payload.size()) {}
  bool Next(std::string_view& name, ValueView& value) {
    if (pos_ == end_) return false;
    const std::uint32_t length = ReadVarint(pos_);
    name = {pos_, length};
    pos_ += length;
    value = ValueView::Read(pos_);
    return true;
  }

 private:
  const char* pos_;
  const char* end_;
};

// Walks the elements of a set's payload, ascending: text, number bytes or binary.
class SetReader {
 public:
  explicit SetReader(std::string_view payload) : pos_(payload.data()), end_(pos_ + payload.size()) {}
  bool Next(std::string_view& element) {
    if (pos_ == end_) return false;
    const std::uint32_t length = ReadVarint(pos_);
    element = {pos_, length};
    pos_ += length;
    return true;
  }

 private:
  const char* pos_;
  const char* end_;
};

// The member `name` of a map's payload.
std::optional<ValueView> FindMember(std::string_view map_payload, std::string_view name);

// Elements of a list, members of a map, elements of a set.
std::size_t ElementCount(ValueView container);

// Whether `element` (text, number bytes or binary) is in the set.
bool SetContains(ValueView set, std::string_view element);

// The type of a set's elements. Requires: IsSet(set).
Type ElementType(Type set);

// Appends a scalar: text, number bytes, binary, one byte for a BOOL, nothing for a NULL.
void AppendScalar(std::string& out, Type type, std::string_view payload);
void AppendBool(std::string& out, bool value);
void AppendNull(std::string& out);

// Appends a set; sorts `elements` and drops the equal ones.
void AppendSet(std::string& out, Type type, std::vector<std::string_view>& elements);

// Appends the head of a map, list or set and gives its place, for EndContainer once the payload is appended.
std::size_t BeginContainer(std::string& out, Type type);
void EndContainer(std::string& out, std::size_t place);

// Appends the name of a map's member; its value must follow.
void AppendName(std::string& out, std::string_view name);

// Order of two values of one scalar type: negative, zero or positive. Requires: the same type, one of S, N, B.
int CompareScalars(ValueView left, ValueView right);

}  // namespace dynarock
