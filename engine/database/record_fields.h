// Structs as records: one list of fields serves writing and reading. `Fields(record, value)` names each member with its
// number; a RecordSink writes them, a RecordSource fills them from a record and leaves out what is not there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/base/clock.h"
#include "engine/storage/record_encoding.h"

namespace dynarock {

// `Value` is const for writing. A new member takes the next number; a number is never used again.
template <class Value, class Struct>
concept Of = std::is_same_v<std::remove_const_t<Value>, Struct>;

class RecordSink {
 public:
  template <class Number>
  void Integer(std::uint32_t field, const Number& number) {
    record_.Integer(field, static_cast<std::int64_t>(number));
  }
  void Time(std::uint32_t field, const EpochMillis& time) { record_.Integer(field, time.value); }
  void Text(std::uint32_t field, const std::string& text) { record_.Bytes(field, text); }
  void Texts(std::uint32_t field, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) record_.Bytes(field, text);
  }
  void Integer(std::uint32_t field, const std::optional<std::int64_t>& number) {
    if (number) record_.Integer(field, *number);
  }
  void Time(std::uint32_t field, const std::optional<EpochMillis>& time) {
    if (time) record_.Integer(field, time->value);
  }
  template <class Struct>
  void One(std::uint32_t field, const Struct& value) {
    RecordSink inner;
    Fields(inner, value);
    record_.Bytes(field, inner.Take());
  }
  template <class Struct>
  void One(std::uint32_t field, const std::optional<Struct>& value) {
    if (value) One(field, *value);
  }
  template <class Struct>
  void Each(std::uint32_t field, const std::vector<Struct>& values) {
    for (const Struct& value : values) One(field, value);
  }
  std::string Take() { return record_.Take(); }

 private:
  RecordWriter record_;
};

class RecordSource {
 public:
  explicit RecordSource(std::string_view bytes) {
    RecordReader record(bytes);
    while (record.Next()) fields_.emplace(record.field(), Value{record.bytes(), record.integer()});
    torn_ = record.torn();
  }
  // Also if a struct in it is.
  bool torn() const { return torn_; }

  template <class Number>
  void Integer(std::uint32_t field, Number& number) const {
    if (const Value* value = Find(field)) number = static_cast<Number>(value->integer);
  }
  void Time(std::uint32_t field, EpochMillis& time) const {
    if (const Value* value = Find(field)) time.value = value->integer;
  }
  void Text(std::uint32_t field, std::string& text) const {
    if (const Value* value = Find(field)) text = value->bytes;
  }
  void Texts(std::uint32_t field, std::vector<std::string>& texts) const {
    for (auto [at, end] = fields_.equal_range(field); at != end; ++at) texts.emplace_back(at->second.bytes);
  }
  void Integer(std::uint32_t field, std::optional<std::int64_t>& number) const {
    if (const Value* value = Find(field)) number = value->integer;
  }
  void Time(std::uint32_t field, std::optional<EpochMillis>& time) const {
    if (const Value* value = Find(field)) time = EpochMillis{value->integer};
  }
  template <class Struct>
  void One(std::uint32_t field, Struct& value) const {
    if (const Value* found = Find(field)) ReadInto(found->bytes, value);
  }
  template <class Struct>
  void One(std::uint32_t field, std::optional<Struct>& value) const {
    if (const Value* found = Find(field)) ReadInto(found->bytes, value.emplace());
  }
  template <class Struct>
  void Each(std::uint32_t field, std::vector<Struct>& values) const {
    for (auto [at, end] = fields_.equal_range(field); at != end; ++at) {
      ReadInto(at->second.bytes, values.emplace_back());
    }
  }

 private:
  struct Value {
    std::string_view bytes;
    std::int64_t integer;
  };

  template <class Struct>
  void ReadInto(std::string_view bytes, Struct& value) const {
    const RecordSource inner(bytes);
    Fields(inner, value);
    torn_ = torn_ || inner.torn();
  }
  const Value* Find(std::uint32_t field) const {
    const auto found = fields_.find(field);
    return found == fields_.end() ? nullptr : &found->second;
  }

  std::multimap<std::uint32_t, Value> fields_;  // equal numbers in the order written
  mutable bool torn_ = false;
};

struct KeyAttribute;
// An attribute is no record but its type tag and its name.
void Attributes(RecordSink& record, std::uint32_t field, const std::vector<KeyAttribute>& attributes);
void Attributes(const RecordSource& record, std::uint32_t field, std::vector<KeyAttribute>& attributes);

}  // namespace dynarock
