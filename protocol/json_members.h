// What JsonWriter writes, by name: members of objects, and whole texts. Without RapidJSON's documents, so that programs
// that only write JSON can use it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/json_writer.h"

namespace dynarock {

inline void WriteText(JsonWriter& out, std::string_view text) {
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

inline void WriteKey(JsonWriter& out, std::string_view name) {
  WriteText(out, name);
}

inline void WriteMember(JsonWriter& out, std::string_view name, std::string_view text) {
  WriteKey(out, name);
  WriteText(out, text);
}

inline void WriteMember(JsonWriter& out, std::string_view name, std::int64_t number) {
  WriteKey(out, name);
  out.Int64(number);
}

// What `write(out)` writes.
template <class Write>
std::string WrittenJson(Write write) {
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  write(out);
  return {buffer.GetString(), buffer.GetSize()};
}

// "{...}", whose members `write(out)` writes.
template <class Write>
std::string WrittenObject(Write write) {
  return WrittenJson([&](JsonWriter& out) {
    out.StartObject();
    write(out);
    out.EndObject();
  });
}

// A value of RapidJSON's.
template <class Value>
std::string WrittenValue(const Value& value) {
  return WrittenJson([&](JsonWriter& out) { value.Accept(out); });
}

}  // namespace dynarock
