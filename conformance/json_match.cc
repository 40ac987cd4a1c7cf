#include "conformance/json_match.h"

#include <set>
#include <vector>

#include "protocol/json_members.h"

namespace dynarock::conformance {
namespace {

constexpr std::string_view kMoreMembers = "...";
constexpr std::string_view kAnyOrder = "$any_order";

// A pattern's text cut at its stars, with "\*" made plain.
std::vector<std::string> CutAtStars(std::string_view pattern) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size() && pattern[i + 1] == '*') {
      parts.back() += pattern[++i];
    } else if (pattern[i] == '*') {
      parts.emplace_back();
    } else {
      parts.back() += pattern[i];
    }
  }
  return parts;
}

bool IsSetType(std::string_view name) {
  return name == "SS" || name == "NS" || name == "BS";
}

class Matcher {
 public:
  explicit Matcher(Captures& captures) : captures_(captures) {}

  std::optional<std::string> Match(const Json& pattern, const Json& actual, const std::string& path) {
    if (pattern.IsString()) return MatchString(TextOf(pattern), actual, path);
    if (pattern.IsObject()) return MatchObject(pattern, actual, path);
    if (pattern.IsArray()) return MatchArray(pattern, actual, path);
    if (pattern.IsNumber()) {
      const bool same = actual.IsNumber() && pattern.GetDouble() == actual.GetDouble();
      return same ? std::nullopt : Differs(pattern, actual, path);
    }
    return pattern.GetType() == actual.GetType() ? std::nullopt : Differs(pattern, actual, path);
  }

 private:
  static std::string Where(const std::string& path) { return path.empty() ? "the reply" : path; }

  static std::optional<std::string> Differs(const Json& pattern, const Json& actual, const std::string& path) {
    return Where(path) + " is " + JsonText(actual) + ", not " + JsonText(pattern);
  }

  std::optional<std::string> MatchString(std::string_view pattern, const Json& actual, const std::string& path) {
    if (pattern == "$any") return std::nullopt;
    if (pattern == "$number") {
      return actual.IsNumber() ? std::nullopt : std::optional(Where(path) + " is no number: " + JsonText(actual));
    }
    if (pattern.substr(0, 2) == "$$") {
      captures_[std::string(pattern.substr(2))] = JsonText(actual);
      return std::nullopt;
    }
    if (actual.IsString() && MatchesText(pattern, TextOf(actual))) return std::nullopt;
    return Where(path) + " is " + JsonText(actual) + ", not \"" + std::string(pattern) + '"';
  }

  std::optional<std::string> MatchObject(const Json& pattern, const Json& actual, const std::string& path) {
    if (pattern.MemberCount() == 1 && TextOf(pattern.MemberBegin()->name) == kAnyOrder) {
      return MatchAnyOrder(pattern.MemberBegin()->value, actual, path);
    }
    if (!actual.IsObject()) return Differs(pattern, actual, path);
    bool more_allowed = false;
    std::set<std::string_view> wanted;
    for (const auto& member : pattern.GetObject()) {
      const std::string_view name = TextOf(member.name);
      if (name == kMoreMembers) {
        more_allowed = true;
        continue;
      }
      wanted.insert(name);
      if (auto mismatch = MatchMember(name, member.value, actual, path)) return mismatch;
    }
    if (more_allowed) return std::nullopt;
    for (const auto& member : actual.GetObject()) {
      if (wanted.count(TextOf(member.name))) continue;
      return Where(path) + " has a member that is not expected: " + JsonText(member.name) + ": " +
             JsonText(member.value);
    }
    return std::nullopt;
  }

  std::optional<std::string> MatchMember(std::string_view name, const Json& pattern, const Json& actual,
                                         const std::string& path) {
    const std::string below = path + "/" + std::string(name);
    const bool absent = pattern.IsString() && TextOf(pattern) == "$absent";
    const auto found = actual.FindMember(Json(rapidjson::StringRef(name.data(), name.size())));
    if (found == actual.MemberEnd()) return absent ? std::nullopt : std::optional(below + " is missing");
    if (absent) return below + " should be absent, but is " + JsonText(found->value);
    if (IsSetType(name) && pattern.IsArray()) return MatchAnyOrder(pattern, found->value, below);
    return Match(pattern, found->value, below);
  }

  std::optional<std::string> MatchArray(const Json& pattern, const Json& actual, const std::string& path) {
    if (!actual.IsArray()) return Differs(pattern, actual, path);
    for (rapidjson::SizeType i = 0; i < pattern.Size() && i < actual.Size(); ++i) {
      if (auto mismatch = Match(pattern[i], actual[i], path + "/" + std::to_string(i))) return mismatch;
    }
    return CheckLength(pattern, actual, path);
  }

  std::optional<std::string> MatchAnyOrder(const Json& pattern, const Json& actual, const std::string& path) {
    if (!pattern.IsArray() || !actual.IsArray()) return Differs(pattern, actual, path);
    std::set<rapidjson::SizeType> taken;
    for (rapidjson::SizeType i = 0; i < pattern.Size(); ++i) {
      bool found = false;
      for (rapidjson::SizeType j = 0; j < actual.Size() && !found; ++j) {
        if (taken.count(j) || Match(pattern[i], actual[j], path)) continue;
        found = taken.insert(j).second;
      }
      if (!found) return Where(path) + " lacks " + JsonText(pattern[i]) + ": " + JsonText(actual);
    }
    return CheckLength(pattern, actual, path);
  }

  static std::optional<std::string> CheckLength(const Json& pattern, const Json& actual, const std::string& path) {
    if (pattern.Size() == actual.Size()) return std::nullopt;
    return Where(path) + " has " + std::to_string(actual.Size()) + " elements, not " + std::to_string(pattern.Size());
  }

  Captures& captures_;
};

}  // namespace

bool MatchesText(std::string_view pattern, std::string_view text) {
  const std::vector<std::string> parts = CutAtStars(pattern);
  if (parts.size() == 1) return parts[0] == text;
  if (text.substr(0, parts.front().size()) != parts.front()) return false;
  text.remove_prefix(parts.front().size());
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const std::size_t at = text.find(parts[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + parts[i].size());
  }
  const std::string& last = parts.back();
  return text.size() >= last.size() && text.substr(text.size() - last.size()) == last;
}

std::optional<std::string> FindMismatch(const Json& pattern, const Json& actual, Captures& captures) {
  return Matcher(captures).Match(pattern, actual, "");
}

std::string JsonText(const Json& json) {
  return WrittenValue(json);
}

bool ParseJson(std::string text, rapidjson::Document& document) {
  // RapidJSON's SSE2 scans read whole blocks of 16 bytes.
  constexpr std::size_t kBlock = 16;
  text.resize(text.size() + kBlock);
  document.Parse<rapidjson::kParseIterativeFlag>(text.c_str());
  return !document.HasParseError();
}

}  // namespace dynarock::conformance
