#include "protocol/codec/resource_policy.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/base/ascii.h"
#include "protocol/json.h"
#include "protocol/json_members.h"

namespace dynarock {
namespace {

constexpr std::size_t kMaxPolicySize = 20480;  // bytes
constexpr std::string_view kDefaultVersion = "2008-10-17";

ApiError Invalid(const std::string& why) {
  return InvalidParameter("Invalid policy document: " + why);
}

// The document is walked recursively; no policy needs more levels.
bool IsTooDeep(std::string_view text) {
  constexpr int kMaxDepth = 64;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') in_string = !in_string;
    if (c == '\\' && in_string) ++i;
    if (in_string) continue;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kMaxDepth) return true;
  }
  return false;
}

bool IsAccountId(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsEveryone(const Json& principal) {
  if (principal.IsString()) return TextOf(principal) == "*";
  if (principal.IsArray()) return std::any_of(principal.Begin(), principal.End(), IsEveryone);
  const Json* account = principal.IsObject() ? FindField(principal, "AWS") : nullptr;
  return account && IsEveryone(*account);
}

Result<void> CheckStatement(const Json& statement) {
  if (!statement.IsObject()) return Invalid("Could not parse the policy: Statement is not an object!");
  const Json* effect = FindField(statement, "Effect");
  if (!effect) return Invalid("Missing required field Effect");
  if (!effect->IsString() ||
      (!EqualsIgnoringCase(TextOf(*effect), "ALLOW") && !EqualsIgnoringCase(TextOf(*effect), "DENY"))) {
    return Invalid("Invalid effect: " + (effect->IsString() ? std::string(TextOf(*effect)) : "null"));
  }
  const Json* principal = FindField(statement, "Principal");
  if (!principal && !FindField(statement, "NotPrincipal")) return Invalid("Missing required field Principal");
  if (!FindField(statement, "Action") && !FindField(statement, "NotAction")) {
    return Invalid("Missing required field Action");
  }
  if (!FindField(statement, "Resource") && !FindField(statement, "NotResource")) {
    return Invalid("Missing required field Resource");
  }
  const bool allows = EqualsIgnoringCase(TextOf(*effect), "ALLOW");
  if (allows && principal && IsEveryone(*principal) && !FindField(statement, "Condition")) {
    return ValidationError(
        "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure "
        "least-privilege form of access");
  }
  return {};
}

Result<void> CheckPolicy(const Json& policy) {
  if (policy.IsNull()) return Invalid("This text appears not to be a policy");
  if (!policy.IsObject()) return Invalid("This policy contains invalid Json");
  if (policy.MemberCount() == 0) return Invalid("Syntax error at position (1,3)");
  const Json* statements = FindField(policy, "Statement");
  if (!statements) return Invalid("Missing required field Statement");
  if (!statements->IsArray()) return CheckStatement(*statements);
  if (statements->Empty()) return Invalid("Could not parse the policy: Statement is empty!");
  std::set<std::string_view> ids;
  for (const Json& statement : statements->GetArray()) {
    TRY_VOID(CheckStatement(statement));
    const Json* id = FindField(statement, "Sid");
    if (!id || !id->IsString() || ids.insert(TextOf(*id)).second) continue;
    return Invalid("The Statement Ids in the policy are not unique");
  }
  return {};
}

// A list of one element is that element.
const Json& WithoutList(const Json& value) {
  return value.IsArray() && value.Size() == 1 ? value[0] : value;
}

void WritePrincipal(JsonWriter& out, const Json& given) {
  const Json& value = WithoutList(given);
  if (value.IsString() && IsAccountId(TextOf(value))) {
    WriteText(out, "arn:aws:iam::" + std::string(TextOf(value)) + ":root");
  } else if (value.IsArray()) {
    out.StartArray();
    for (const Json& element : value.GetArray()) WritePrincipal(out, element);
    out.EndArray();
  } else if (value.IsObject()) {
    out.StartObject();
    for (const auto& member : value.GetObject()) {
      WriteKey(out, TextOf(member.name));
      WritePrincipal(out, member.value);
    }
    out.EndObject();
  } else {
    value.Accept(out);
  }
}

void WriteStatement(JsonWriter& out, const Json& statement) {
  constexpr std::array<std::string_view, 9> kMembers = {
      "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"};
  out.StartObject();
  for (const std::string_view name : kMembers) {
    const Json* member = FindField(statement, name);
    if (!member) continue;
    WriteKey(out, name);
    if (name == "Effect") {
      WriteText(out, EqualsIgnoringCase(TextOf(*member), "ALLOW") ? "Allow" : "Deny");
    } else if (name == "Principal" || name == "NotPrincipal") {
      WritePrincipal(out, *member);
    } else {
      WithoutList(*member).Accept(out);
    }
  }
  out.EndObject();
}

std::string Write(const Json& policy) {
  return WrittenObject([&](JsonWriter& out) {
    const Json* version = FindField(policy, "Version");
    WriteMember(out, "Version", version && version->IsString() ? TextOf(*version) : kDefaultVersion);
    if (const Json* id = FindField(policy, "Id")) {
      WriteKey(out, "Id");
      id->Accept(out);
    }
    WriteKey(out, "Statement");
    out.StartArray();
    const Json& statements = *FindField(policy, "Statement");
    if (statements.IsArray()) {
      for (const Json& statement : statements.GetArray()) WriteStatement(out, statement);
    } else {
      WriteStatement(out, statements);
    }
    out.EndArray();
  });
}

PolicyDocument ReadPolicy(std::string_view text) {
  if (text.size() > kMaxPolicySize) {
    return {"", InvalidParameter("Maximum policy size of 20480 bytes exceeded")};
  }
  std::string parsed_in_place(text);
  JsonReader reader;
  const Json* policy = reader.Parse(parsed_in_place);
  if (!policy || IsTooDeep(text)) return {"", Invalid("This policy contains invalid Json")};
  if (auto checked = CheckPolicy(*policy); !checked) return {"", checked.error()};
  return {Write(*policy), std::nullopt};
}

}  // namespace

bool Read(const Json& value, const Shape& shape, PolicyDocument& out) {
  if (!TextFits(value, shape)) return false;
  out = ReadPolicy(TextOf(value));
  return true;
}

}  // namespace dynarock
