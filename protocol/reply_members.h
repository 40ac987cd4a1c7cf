// One list of members for each object of a reply, in the order in which they are written.
//
//   constexpr auto kListTablesReply = ReplyOf<ListTablesResponse>(
//       Shown<&ListTablesResponse::table_names>("TableNames"),
//       Shown<&ListTablesResponse::last_evaluated_table_name>("LastEvaluatedTableName"));
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "protocol/enum_names.h"
#include "protocol/json.h"

namespace dynarock {

struct ReplyMember {
  std::string_view name;
  void (*write)(JsonWriter& out, std::string_view name, const void* object);
};

template <class T, std::size_t kSize>
struct ReplyList {
  std::array<ReplyMember, kSize> members;
};

// "Name": value, ... of an object that has been started.
template <class T, std::size_t kSize>
void WriteMembers(JsonWriter& out, const ReplyList<T, kSize>& list, const T& object) {
  for (const ReplyMember& member : list.members) member.write(out, member.name, &object);
}

// {"Name": value, ...}
template <class T, std::size_t kSize>
void WriteReply(JsonWriter& out, const ReplyList<T, kSize>& list, const T& object) {
  out.StartObject();
  WriteMembers(out, list, object);
  out.EndObject();
}

// The same for an object within another, and for a list of them: Shown<&X::tag, WriteAs<kTagReply>>("Tag").
template <const auto& kList>
constexpr auto WriteAs = [](JsonWriter& out, const auto& object) { WriteReply(out, kList, object); };
template <const auto& kList>
constexpr auto WriteEach = [](JsonWriter& out, const auto& objects) {
  out.StartArray();
  for (const auto& object : objects) WriteReply(out, kList, object);
  out.EndArray();
};

inline void Write(JsonWriter& out, std::string_view text) {
  WriteText(out, text);
}
inline void Write(JsonWriter& out, const std::string& text) {
  WriteText(out, text);
}
template <class T>
requires std::is_same_v<T, bool>
void Write(JsonWriter& out, T value) {
  out.Bool(value);
}
template <class T>
requires std::is_same_v<T, std::int64_t>
void Write(JsonWriter& out, T value) {
  out.Int64(value);
}
template <class Enum>
requires std::is_enum_v<Enum>
void Write(JsonWriter& out, Enum value) {
  WriteText(out, NameOf(value));
}
template <class T>
void Write(JsonWriter& out, const std::vector<T>& values) {
  out.StartArray();
  for (const T& value : values) Write(out, value);
  out.EndArray();
}

namespace reply_detail {

template <auto kWrite, class T>
void WriteMember(JsonWriter& out, std::string_view name, const T& value) {
  WriteKey(out, name);
  if constexpr (std::is_null_pointer_v<decltype(kWrite)>) {
    Write(out, value);
  } else {
    kWrite(out, value);
  }
}
template <auto kWrite, class T>
void WriteMember(JsonWriter& out, std::string_view name, const std::optional<T>& value) {
  if (value) WriteMember<kWrite>(out, name, *value);
}

template <class Owner, auto kFrom, auto kWrite>
void WriteFrom(JsonWriter& out, std::string_view name, const void* object) {
  WriteMember<kWrite>(out, name, std::invoke(kFrom, *static_cast<const Owner*>(object)));
}

// A member of an object that is not known yet.
template <auto kFrom, auto kWrite>
struct Entry {
  std::string_view name;

  template <class Owner>
  constexpr ReplyMember Of() const {
    return {name, &WriteFrom<Owner, kFrom, kWrite>};
  }
};

}  // namespace reply_detail

// `kFrom`: a member of the object, or a function of it. An optional that is empty is left out. Its type has a Write;
// or `kWrite` is void(JsonWriter& out, const Value& value).
template <auto kFrom, auto kWrite = nullptr>
constexpr reply_detail::Entry<kFrom, kWrite> Shown(std::string_view name) {
  return {name};
}

template <class T, class... Entries>
constexpr ReplyList<T, sizeof...(Entries)> ReplyOf(const Entries&... entries) {
  return {{entries.template Of<T>()...}};
}

}  // namespace dynarock
