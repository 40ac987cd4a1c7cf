// Items without DynamoDB's type tags, for people and for --json.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <string>

namespace dynarock::cruddur {

using PrettyJsonWriter = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

// What `write(writer)` writes, with line ends and four blanks a level.
template <class Write>
std::string PrettyJson(Write write) {
  rapidjson::StringBuffer json;
  PrettyJsonWriter writer(json);
  write(writer);
  return {json.GetString(), json.GetSize()};
}

// Writes the attribute map `item` as {"name": plain value}; numbers keep their digits, sets become arrays.
void WritePlainItem(PrettyJsonWriter& writer, const rapidjson::Value& item);

// The text of the string attribute `name`, or empty if the item has none.
std::string StringAttribute(const rapidjson::Value& item, const char* name);

// The member `name` of `object`, or nullptr.
const rapidjson::Value* FindMember(const rapidjson::Value& object, const char* name);

// The same if it is an array, else nullptr.
const rapidjson::Value* ArrayMember(const rapidjson::Value& reply, const char* name);

}  // namespace dynarock::cruddur
