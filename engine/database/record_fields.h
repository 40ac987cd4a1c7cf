// Structs as records: one list of numbered members serves writing and reading.
//
// A struct's list is a function template beside its type:
//
//   template <class Record, Of<Tag> Value>
//   void Fields(Record& record, Value& tag) {
//     record.Text(1, tag.key);
//     record.Text(2, tag.value);
//   }
//
// EncodeRecord and DecodeRecord run it. A new member takes the next number, and a number is never used again. A member
// that a record does not have keeps its default; a number that a list does not have is skipped.
#pragma once

#include <bit>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/base/clock.h"
#include "engine/storage/record_encoding.h"

namespace dynarock {

// `Value` is const for writing.
template <class Value, class Struct>
concept Of = std::is_same_v<std::remove_const_t<Value>, Struct>;

class RecordSink {
 public:
  // Whole numbers, booleans and enums.
  template <class Number>
  void Integer(std::uint32_t field, const Number& number) {
    record_.Integer(field, static_cast<std::int64_t>(number));
  }
  void Integer(std::uint32_t field, const std::optional<std::int64_t>& number) {
    if (number) record_.Integer(field, *number);
  }
  void Real(std::uint32_t field, double number) { record_.Integer(field, std::bit_cast<std::int64_t>(number)); }
  void Time(std::uint32_t field, const EpochMillis& time) { record_.Integer(field, time.value); }
  void Time(std::uint32_t field, const std::optional<EpochMillis>& time) {
    if (time) record_.Integer(field, time->value);
  }
  // An enum in one byte, for the records of which there are many.
  template <class Enum>
  void Byte(std::uint32_t field, const Enum& value) {
    const char byte = static_cast<char>(value);
    record_.Bytes(field, {&byte, 1});
  }
  void Text(std::uint32_t field, const std::string& text) { record_.Bytes(field, text); }
  // Bytes that the struct borrows, so also from the record it is read from.
  void View(std::uint32_t field, const std::optional<std::string_view>& bytes) {
    if (bytes) record_.Bytes(field, *bytes);
  }
  void Texts(std::uint32_t field, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) record_.Bytes(field, text);
  }
  void Texts(std::uint32_t field, const std::map<std::string, std::string>& texts) {
    for (const auto& [name, text] : texts) {
      RecordWriter pair;
      pair.Bytes(1, name);
      pair.Bytes(2, text);
      record_.Bytes(field, pair.Take());
    }
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
    while (record.Next()) fields_.push_back({record.field(), record.bytes()});
    torn_ = record.torn();
  }
  // Whether the record ends within a field, or a member, also one of a struct in it, has bytes that it cannot have.
  bool torn() const { return torn_; }

  template <class Number>
  void Integer(std::uint32_t field, Number& number) {
    if (const auto stored = Number64(field)) number = static_cast<Number>(*stored);
  }
  void Integer(std::uint32_t field, std::optional<std::int64_t>& number) {
    if (const auto stored = Number64(field)) number = stored;
  }
  void Real(std::uint32_t field, double& number) {
    if (const auto stored = Number64(field)) number = std::bit_cast<double>(*stored);
  }
  void Time(std::uint32_t field, EpochMillis& time) {
    if (const auto stored = Number64(field)) time.value = *stored;
  }
  void Time(std::uint32_t field, std::optional<EpochMillis>& time) {
    if (const auto stored = Number64(field)) time = EpochMillis{*stored};
  }
  template <class Enum>
  void Byte(std::uint32_t field, Enum& value) {
    const Field* stored = Find(field);
    if (!stored) return;
    torn_ = torn_ || stored->bytes.size() != 1;
    if (!stored->bytes.empty()) value = static_cast<Enum>(static_cast<unsigned char>(stored->bytes[0]));
  }
  void Text(std::uint32_t field, std::string& text) {
    if (const Field* stored = Find(field)) text = stored->bytes;
  }
  void View(std::uint32_t field, std::optional<std::string_view>& bytes) {
    if (const Field* stored = Find(field)) bytes = stored->bytes;
  }
  void Texts(std::uint32_t field, std::vector<std::string>& texts) {
    ForEach(field, [&](std::string_view bytes) { texts.emplace_back(bytes); });
  }
  void Texts(std::uint32_t field, std::map<std::string, std::string>& texts) {
    ForEach(field, [&](std::string_view bytes) {
      RecordSource pair(bytes);
      std::string name, text;
      pair.Text(1, name);
      pair.Text(2, text);
      torn_ = torn_ || pair.torn();
      texts.insert_or_assign(std::move(name), std::move(text));
    });
  }
  template <class Struct>
  void One(std::uint32_t field, Struct& value) {
    if (const Field* stored = Find(field)) ReadInto(stored->bytes, value);
  }
  template <class Struct>
  void One(std::uint32_t field, std::optional<Struct>& value) {
    if (const Field* stored = Find(field)) ReadInto(stored->bytes, value.emplace());
  }
  template <class Struct>
  void Each(std::uint32_t field, std::vector<Struct>& values) {
    ForEach(field, [&](std::string_view bytes) { ReadInto(bytes, values.emplace_back()); });
  }

 private:
  struct Field {
    std::uint32_t number;
    std::string_view bytes;
  };

  template <class Struct>
  void ReadInto(std::string_view bytes, Struct& value) {
    RecordSource inner(bytes);
    Fields(inner, value);
    torn_ = torn_ || inner.torn();
  }
  template <class Use>
  void ForEach(std::uint32_t number, const Use& use) {
    for (const Field& field : fields_) {
      if (field.number == number) use(field.bytes);
    }
  }
  // The first of its number, or null.
  const Field* Find(std::uint32_t number) const {
    for (const Field& field : fields_) {
      if (field.number == number) return &field;
    }
    return nullptr;
  }
  std::optional<std::int64_t> Number64(std::uint32_t number) {
    const Field* field = Find(number);
    if (!field) return std::nullopt;
    torn_ = torn_ || field->bytes.size() != sizeof(std::int64_t);
    if (torn_) return std::nullopt;
    return static_cast<std::int64_t>(ReadBigEndian<std::uint64_t>(field->bytes.data()));
  }

  std::vector<Field> fields_;  // in the order written
  bool torn_ = false;
};

template <class Struct>
std::string EncodeRecord(const Struct& value) {
  RecordSink record;
  Fields(record, value);
  return record.Take();
}

// Nullopt if the record is torn. A struct with views borrows from `bytes`.
template <class Struct>
std::optional<Struct> DecodeRecord(std::string_view bytes) {
  RecordSource record(bytes);
  Struct value;
  Fields(record, value);
  if (record.torn()) return std::nullopt;
  return value;
}

struct KeyAttribute;
// An attribute is no record but its type tag and its name.
void Attributes(RecordSink& record, std::uint32_t field, const std::vector<KeyAttribute>& attributes);
void Attributes(RecordSource& record, std::uint32_t field, std::vector<KeyAttribute>& attributes);

}  // namespace dynarock
