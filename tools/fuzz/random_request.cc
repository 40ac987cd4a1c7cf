#include "tools/fuzz/random_request.h"

#include <algorithm>

#include "protocol/json_members.h"

namespace dynarock::fuzz {
namespace {

constexpr int kDeepest = 12;

// A reply's member, and the members of requests that take its value.
constexpr std::pair<std::string_view, std::string_view> kComesBackAs[] = {
    {"LastEvaluatedKey", "ExclusiveStartKey"},
    {"NextToken", "NextToken"},
    {"ShardIterator", "ShardIterator"},
    {"NextShardIterator", "ShardIterator"},
    {"LatestStreamArn", "StreamArn"},
    {"StreamArn", "StreamArn"},
    {"TableArn", "ResourceArn"},
    {"ShardId", "ShardId"},
    {"SequenceNumber", "SequenceNumber"},
    {"StartingSequenceNumber", "SequenceNumber"},
    {"RevisionId", "ExpectedRevisionId"},
    {"LastEvaluatedTableName", "ExclusiveStartTableName"}};

constexpr std::string_view kTypes[] = {"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"};

// "[...]" of `count` elements.
template <class Append>
void AppendList(std::string& out, std::size_t count, Append append) {
  out += '[';
  for (; count > 0; --count) {
    append();
    if (count > 1) out += ',';
  }
  out += ']';
}

}  // namespace

std::string RandomRequest::BodyOf(const Operation& operation) {
  is_wild_ = text_.Chance(50);
  std::string body;
  AppendStructure(body, operation.request, 0);
  if (text_.Chance(4)) Damage(body);
  return body;
}

void RandomRequest::Learn(const Json& reply) {
  constexpr std::size_t kMostKept = 64;
  if (reply.IsArray()) {
    for (const Json& element : reply.GetArray()) Learn(element);
  }
  if (!reply.IsObject()) return;
  for (const auto& member : reply.GetObject()) {
    for (const auto& [from, to] : kComesBackAs) {
      if (!IsNamed(member.name, from)) continue;
      std::vector<std::string>& kept = learned_[std::string(to)];
      if (kept.size() < kMostKept) {
        kept.push_back(WrittenValue(member.value));
      } else {
        kept[text_.Below(kMostKept)] = WrittenValue(member.value);
      }
    }
    Learn(member.value);
  }
}

void RandomRequest::AppendStructure(std::string& out, const Shape& shape, int depth) {
  out += '{';
  bool first = true;
  const auto append = [&](std::string_view name, const auto& write) {
    out += first ? "\"" : ",\"";
    first = false;
    (out += name) += "\":";
    write();
  };
  for (const Field& field : shape.fields) {
    if (field.shape->kind == ShapeKind::kUnserved && !text_.Chance(1)) continue;
    const bool is_required = field.presence != Presence::kOptional;
    if (!text_.Chance(is_required ? (is_wild_ ? 95 : 100) : 30)) continue;
    append(field.name, [&] { AppendValue(out, *field.shape, field.name, depth + 1); });
    // The same name again, of the same type or of another.
    if (is_wild_ && text_.Chance(3)) {
      append(field.name, [&] {
        text_.Chance(50) ? AppendJunk(out, depth + 1) : AppendValue(out, *field.shape, field.name, depth + 1);
      });
    }
  }
  if (is_wild_ && text_.Chance(3)) append("Unknown", [&] { AppendJunk(out, depth + 1); });
  out += '}';
}

void RandomRequest::AppendValue(std::string& out, const Shape& shape, std::string_view name, int depth) {
  if (depth > kDeepest) return static_cast<void>(out += "null");
  if (is_wild_ && text_.Chance(2)) return AppendJunk(out, depth);
  const auto learned = learned_.find(name);
  if (learned != learned_.end() && text_.Chance(80)) {
    std::string value = learned->second[text_.Below(learned->second.size())];
    if (is_wild_ && text_.Chance(10)) Damage(value);
    out += value;
    return;
  }
  switch (shape.kind) {
    case ShapeKind::kBoolean:
      out += text_.Chance(50) ? "true" : "false";
      break;
    case ShapeKind::kInteger:
    case ShapeKind::kLong:
    case ShapeKind::kDouble:
      out += text_.Chance(is_wild_ ? 80 : 100) ? std::to_string(1 + text_.Below(10))
             : text_.Chance(50)                ? "-9223372036854775808"
                                               : "1e308";
      break;
    case ShapeKind::kList: {
      out += '[';
      const std::size_t count = 1 + text_.Below(text_.Chance(2) ? 120 : 3);
      for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) out += ',';
        AppendValue(out, *shape.element, name, depth + 1);
      }
      out += ']';
      break;
    }
    case ShapeKind::kMap:
      AppendMap(out, shape, name, depth);
      break;
    case ShapeKind::kStructure:
      AppendStructure(out, shape, depth);
      break;
    case ShapeKind::kAttributeValue:
      AppendAttributeValue(out, depth);
      break;
    case ShapeKind::kUnserved:
      AppendJunk(out, depth);
      break;
    default:
      AppendText(out, TextFor(shape, name));
  }
}

void RandomRequest::AppendMap(std::string& out, const Shape& shape, std::string_view name, int depth) {
  const bool is_key = name == "Key" || name == "Keys" || name == "ExclusiveStartKey" || name == "Item";
  out += '{';
  bool first = true;
  const auto append = [&](std::string_view key) {
    if (!first) out += ',';
    first = false;
    AppendText(out, key);
    out += ':';
  };
  if (is_key && text_.Chance(is_wild_ ? 90 : 100)) {
    append("pk");
    out += text_.Chance(70) ? R"({"S":"a"})" : R"({"S":"b"})";
    append("sk");
    out += R"({"N":")" + text_.Number() + "\"}";
  }
  const bool is_whole = is_key && name != "Item" && text_.Chance(90);
  for (std::size_t i = is_whole ? 0 : text_.Below(4); i > 0; --i) {
    append(MapKey(name));
    AppendValue(out, *shape.element, name == "RequestItems" ? "Request" : "", depth + 1);
  }
  out += '}';
}

std::string RandomRequest::MapKey(std::string_view name) {
  if (name == "RequestItems") return text_.TableName();
  if (name == "ExpressionAttributeNames") return text_.NamePlaceholder();
  if (name == "ExpressionAttributeValues") return text_.ValuePlaceholder();
  return text_.AttributeName();
}

void RandomRequest::AppendAttributeValue(std::string& out, int depth) {
  out += '{';
  const std::size_t types = is_wild_ && text_.Chance(8) ? text_.Below(4) : 1;
  std::size_t type = 0;
  for (std::size_t i = 0; i < types; ++i) {
    if (i > 0) out += ',';
    // Containers are rarer the deeper they stand; a second type is often the first one again.
    if (i == 0 || text_.Chance(50)) type = text_.Below(depth > 8 ? 8 : std::size(kTypes));
    AppendText(out, kTypes[type]);
    out += ':';
    // The payload of another type now and then.
    AppendPayload(out, is_wild_ && text_.Chance(types > 1 ? 40 : 5) ? text_.Below(std::size(kTypes)) : type, depth);
  }
  out += '}';
}

// What stands after the type at place `type` of kTypes.
void RandomRequest::AppendPayload(std::string& out, std::size_t type, int depth) {
  switch (type) {
    case 0:
      return AppendText(out, text_.Chance(95) ? text_.AttributeName() : text_.Hostile());
    case 1:
      return AppendText(out, text_.Number());
    case 2:
      return AppendText(out, text_.Chance(90) ? "AAE=" : text_.Hostile());
    case 3:
    case 4:
      out += text_.Chance(90) ? "true" : "false";
      return;
    case 5:
    case 6:
    case 7:
      return AppendList(out, text_.Below(4), [&] {
        AppendText(out, type == 5 ? text_.AttributeName() : type == 6 ? text_.Number() : "AAE=");
      });
    case 8:
      return AppendList(out, text_.Below(3), [&] { AppendAttributeValue(out, depth + 1); });
    default:
      break;
  }
  out += '{';
  for (std::size_t member = text_.Below(3); member > 0; --member) {
    AppendText(out, text_.AttributeName());
    out += ':';
    AppendAttributeValue(out, depth + 1);
    if (member > 1) out += ',';
  }
  out += '}';
}

void RandomRequest::AppendJunk(std::string& out, int depth) {
  switch (text_.Below(depth > kDeepest ? 7 : 10)) {
    case 0:
      out += "null";
      break;
    case 1:
      out += text_.Chance(50) ? "true" : "0";
      break;
    case 2:
      out += text_.Chance(50) ? "-1" : "1.5e300";
      break;
    case 3:
      AppendText(out, text_.Hostile());
      break;
    case 4:
      out += "[]";
      break;
    case 5:
      out += "{}";
      break;
    case 6:
      AppendText(out, text_.AttributeName());
      break;
    case 7:
      out += '[';
      AppendJunk(out, depth + 1);
      out += ',';
      AppendJunk(out, depth + 1);
      out += ']';
      break;
    case 8: {
      const std::size_t levels = text_.Below(text_.Chance(5) ? 5000 : 40);
      out.append(levels, '[').append(levels, ']');
      break;
    }
    default:
      AppendAttributeValue(out, depth + 1);
  }
}

std::string RandomRequest::TextFor(const Shape& shape, std::string_view name) {
  if (!shape.allowed.empty() && text_.Chance(is_wild_ ? 95 : 100)) {
    return std::string(shape.allowed[text_.Below(shape.allowed.size())]);
  }
  if (name == "TableName") return text_.TableName();
  if (name == "IndexName") return text_.IndexName();
  if (name == "UpdateExpression") return text_.Update();
  if (name == "ProjectionExpression") return text_.Projection();
  if (name.ends_with("Expression")) return text_.Condition();
  if (name == "Statement") return text_.Statement();
  if (name == "ExpressionAttributeNames" || name.ends_with("AttributeName")) return text_.AttributeName();
  if (name == "Parameters") return text_.Number();
  return text_.Chance(70) ? text_.AttributeName() : text_.Hostile();
}

void RandomRequest::AppendText(std::string& out, std::string_view text) {
  out += WrittenJson([&](JsonWriter& writer) { WriteText(writer, text); });
}

void RandomRequest::Damage(std::string& body) {
  for (std::size_t i = 1 + text_.Below(3); i > 0 && !body.empty(); --i) {
    const std::size_t place = text_.Below(body.size());
    switch (text_.Below(5)) {
      case 0:
        body[place] = static_cast<char>(text_.Below(256));
        break;
      case 1:
        body.erase(place, 1 + text_.Below(8));
        break;
      case 2:
        body.insert(place, body.substr(text_.Below(body.size()), text_.Below(40)));
        break;
      case 3:
        body.insert(place, 1 + text_.Below(text_.Chance(5) ? 100000 : 5), "[]{}\",:\\"[text_.Below(8)]);
        break;
      default:
        body.resize(place);
    }
  }
}

}  // namespace dynarock::fuzz
