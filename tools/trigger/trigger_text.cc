#include "tools/trigger/trigger_text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace dynarock::trigger {
namespace {

std::string Counted(std::int64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// Local time of day with milliseconds.
std::string TimeOfDay(std::int64_t epoch_milliseconds) {
  const std::time_t seconds = epoch_milliseconds / 1000;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &parts);
  std::string milliseconds = std::to_string(epoch_milliseconds % 1000);
  milliseconds.insert(0, 3 - milliseconds.size(), '0');
  return std::string(text.data()) + "." + milliseconds;
}

}  // namespace

std::string TriggerLines(const rapidjson::Value& trigger) {
  const rapidjson::Value& mapping = trigger["Mapping"];
  std::string text = std::string(mapping["UUID"].GetString()) + "  " + mapping["EventSourceArn"].GetString() + " -> " +
                     trigger["FunctionName"].GetString() + "  (" + mapping["State"].GetString() + ")\n";
  text += "  " + Counted(trigger["Calls"].GetInt64(), "call") + ", " +
          Counted(trigger["Records"].GetInt64(), "record") + ", " + Counted(trigger["Failures"].GetInt64(), "failure") +
          ", " + std::to_string(trigger["Retries"].GetInt64()) + " retried, " +
          Counted(trigger["DiscardedRecords"].GetInt64(), "record") +
          " given up; last: " + mapping["LastProcessingResult"].GetString() + "\n";
  return text;
}

std::string CallLine(const rapidjson::Value& call) {
  const std::string error = call["Error"].GetString();
  const std::int64_t attempt = call["Attempt"].GetInt64();
  std::string line = TimeOfDay(call["Time"].GetInt64()) + "  " + call["FunctionName"].GetString() + "  " +
                     Counted(call["Records"].GetInt64(), "record") + "  " +
                     std::to_string(call["Milliseconds"].GetInt64()) + " ms  " + (error.empty() ? "ok" : "failed");
  if (attempt > 1) line += " (try " + std::to_string(attempt) + ")";
  if (!error.empty()) line += ": " + error;
  if (call["Discarded"].GetBool()) line += " - given up";
  return line + "\n";
}

}  // namespace dynarock::trigger
