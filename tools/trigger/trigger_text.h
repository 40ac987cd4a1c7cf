// Triggers and their calls as lines for a terminal.
#pragma once

#include <rapidjson/document.h>

#include <string>

namespace dynarock::trigger {

// A trigger of the list: what it is, how far it has come, its counts, and what keeps it from running.
std::string TriggerLines(const rapidjson::Value& trigger);

// A call: time, function, records, duration, result, retries.
std::string CallLine(const rapidjson::Value& call);

}  // namespace dynarock::trigger
