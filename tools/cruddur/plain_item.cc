#include "tools/cruddur/plain_item.h"

#include <string_view>

namespace dynarock::cruddur {
namespace {

void WriteNumber(PrettyJsonWriter& writer, const rapidjson::Value& number) {
  if (!number.IsString()) return static_cast<void>(number.Accept(writer));
  writer.RawValue(number.GetString(), number.GetStringLength(), rapidjson::kNumberType);
}

// One attribute, e.g. {"S": "x"}; a type we don't know is written as it is.
void WritePlainValue(PrettyJsonWriter& writer, const rapidjson::Value& attribute) {
  if (!attribute.IsObject() || attribute.MemberCount() != 1) return static_cast<void>(attribute.Accept(writer));
  const std::string_view type = attribute.MemberBegin()->name.GetString();
  const rapidjson::Value& value = attribute.MemberBegin()->value;
  if (type == "N") {
    WriteNumber(writer, value);
  } else if (type == "NULL") {
    writer.Null();
  } else if (type == "M" && value.IsObject()) {
    WritePlainItem(writer, value);
  } else if ((type == "L" || type == "NS") && value.IsArray()) {
    writer.StartArray();
    for (const rapidjson::Value& element : value.GetArray()) {
      type == "L" ? WritePlainValue(writer, element) : WriteNumber(writer, element);
    }
    writer.EndArray();
  } else {
    value.Accept(writer);
  }
}

}  // namespace

void WritePlainItem(PrettyJsonWriter& writer, const rapidjson::Value& item) {
  writer.StartObject();
  for (const auto& member : item.GetObject()) {
    writer.Key(member.name.GetString(), member.name.GetStringLength());
    WritePlainValue(writer, member.value);
  }
  writer.EndObject();
}

std::string StringAttribute(const rapidjson::Value& item, const char* name) {
  if (!item.IsObject()) return {};
  const rapidjson::Value* attribute = FindMember(item, name);
  if (attribute == nullptr || !attribute->IsObject()) return {};
  const rapidjson::Value* text = FindMember(*attribute, "S");
  if (text == nullptr || !text->IsString()) return {};
  return {text->GetString(), text->GetStringLength()};
}

const rapidjson::Value* FindMember(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

const rapidjson::Value* ArrayMember(const rapidjson::Value& reply, const char* name) {
  const rapidjson::Value* member = FindMember(reply, name);
  return member != nullptr && member->IsArray() ? member : nullptr;
}

}  // namespace dynarock::cruddur
