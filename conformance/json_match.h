// Whether a reply is what a case expects: JSON against a pattern in JSON. README.md gives the patterns.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/json.h"

namespace dynarock::conformance {

// What "$$name" in a pattern stood for, as JSON text, by name.
using Captures = std::map<std::string, std::string>;

// Whether `text` is `pattern`, in which '*' stands for any text and "\*" for a star.
bool MatchesText(std::string_view pattern, std::string_view text);

// Where and why `actual` is not as `pattern` wants it; nullopt if it is. Captures are added when found.
std::optional<std::string> FindMismatch(const Json& pattern, const Json& actual, Captures& captures);

// `json` as text without blanks.
std::string JsonText(const Json& json);

// Whether `text` is JSON, which goes to `document`.
bool ParseJson(std::string text, rapidjson::Document& document);

}  // namespace dynarock::conformance
