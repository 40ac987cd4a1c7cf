// RapidJSON as this project uses it: parsed in situ, without deep recursion, from a pool that is kept.
#pragma once

#define RAPIDJSON_HAS_STDSTRING 1
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON
#endif
#include <rapidjson/document.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/json_limits.h"
#include "protocol/json_members.h"

namespace dynarock {

using Json = rapidjson::Value;

inline std::string_view TextOf(const Json& string) {
  return {string.GetString(), string.GetStringLength()};
}

// Cheaper than a call of memcmp for names that differ in length or in their first letter, as most do.
inline bool IsNamed(const Json& member_name, std::string_view name) {
  return member_name.GetStringLength() == name.size() && !name.empty() && member_name.GetString()[0] == name[0] &&
         TextOf(member_name) == name;
}

// The member `name` unless it is absent or null: the first, where RepeatedNames are allowed.
inline const Json* FindField(const Json& object, std::string_view name) {
  for (const auto& member : object.GetObject()) {
    if (IsNamed(member.name, name)) return member.value.IsNull() ? nullptr : &member.value;
  }
  return nullptr;
}

// A number without its fraction, within what an integer holds. Requires: a number.
inline std::int64_t IntegerOf(const Json& number) {
  if (number.IsInt64()) return number.GetInt64();
  constexpr double kLargest = 9e18;
  return static_cast<std::int64_t>(std::floor(std::clamp(number.GetDouble(), -kLargest, kLargest)));
}

// A parser with memory that is used again for the next document.
class JsonReader {
 public:
  JsonReader();
  ~JsonReader();

  // Parses `text` in place; the document borrows from it and holds until the next call. Null if `problem` says why not.
  // Memory beyond the text: at most 64 MiB.
  const Json* Parse(std::string& text, RepeatedNames repeated = RepeatedNames::kRefused);

  // Finds the same problems, and makes no document. Changes the text.
  JsonProblem Check(std::string& text, RepeatedNames repeated = RepeatedNames::kRefused);

  // Of the last text.
  JsonProblem problem() const { return problem_; }

  // Gives memory of a large document back; the document ends.
  void Trim();

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
  JsonProblem problem_ = JsonProblem::kNone;
};

// A document together with the text that it borrows from.
class JsonText {
 public:
  explicit JsonText(std::string text) : text_(std::move(text)), json_(reader_.Parse(text_)) {}
  JsonText(const JsonText&) = delete;
  JsonText& operator=(const JsonText&) = delete;

  // Null if the text is no JSON or no UTF-8.
  const Json* json() const { return json_; }

 private:
  std::string text_;
  JsonReader reader_;
  const Json* json_;
};

}  // namespace dynarock
