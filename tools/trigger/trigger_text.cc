#include "tools/trigger/trigger_text.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "engine/base/joined.h"

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

std::string TextMember(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  return member != object.MemberEnd() && member->value.IsString() ? member->value.GetString() : "";
}

std::string SettingsOf(const rapidjson::Value& trigger) {
  const rapidjson::Value& mapping = trigger["Mapping"];
  const std::string handler = TextMember(trigger, "Handler");
  std::string text = "handler " + (handler.empty() ? "none, there is no such function" : handler) + ", batch size " +
                     std::to_string(mapping["BatchSize"].GetInt64());
  const auto criteria = mapping.FindMember("FilterCriteria");
  if (criteria == mapping.MemberEnd()) return text + ", no filter";
  const auto pattern_of = [](const rapidjson::Value& filter) { return TextMember(filter, "Pattern"); };
  return text + ", filter " + Joined(criteria->value["Filters"].GetArray(), " or ", pattern_of);
}

// "" if the server could not look for it.
std::string PositionOf(const rapidjson::Value& trigger) {
  if (!trigger.HasMember("RecordsBehind")) return "";
  const std::string label = TextMember(trigger, "StreamLabel"), position = TextMember(trigger, "Position");
  if (label.empty()) return "no stream";
  std::string text = "stream " + label;
  if (!position.empty()) text += ", at " + position;
  const std::int64_t records = trigger["RecordsBehind"].GetInt64();
  if (records == 0) return text + ", nothing behind";
  return text + ", " + (trigger["MoreRecordsBehind"].GetBool() ? "more than " : "") + Counted(records, "record") +
         " behind, the oldest by " + std::to_string(trigger["MillisecondsBehind"].GetInt64()) + " ms";
}

// What keeps the trigger from calling its function, and what to do; "" if nothing does.
std::string WhyItStands(const rapidjson::Value& trigger) {
  const rapidjson::Value& mapping = trigger["Mapping"];
  const std::string id = mapping["UUID"].GetString();
  if (TextMember(mapping, "State") == "Disabled") {
    return "not running: it is paused; run `dynarock trigger resume " + id + "` to resume it";
  }
  if (TextMember(mapping, "LastProcessingResult").starts_with("PROBLEM: Stream")) {
    const bool of_stream = TextMember(mapping, "EventSourceArn").find("/stream/") != std::string::npos;
    return of_stream ? "not running: its stream is closed; remove it, and add one with --table, which follows the table"
                     : "not running: the table has no stream; it resumes when the table has one";
  }
  if (!trigger.HasMember("Stall")) return "";
  const rapidjson::Value& stall = trigger["Stall"];
  return "retrying since " + TimeOfDay(stall["Since"].GetInt64()).substr(0, 5) + ", attempt " +
         std::to_string(stall["Attempts"].GetInt64()) + ": " + TextMember(stall, "Error");
}

}  // namespace

std::string TriggerLines(const rapidjson::Value& trigger) {
  const rapidjson::Value& mapping = trigger["Mapping"];
  std::string text = std::string(mapping["UUID"].GetString()) + "  " + mapping["EventSourceArn"].GetString() + " -> " +
                     trigger["FunctionName"].GetString() + "  (" + mapping["State"].GetString() + ")\n";
  text += "  " + SettingsOf(trigger) + "\n";
  if (const std::string position = PositionOf(trigger); !position.empty()) text += "  " + position + "\n";
  text += "  " + Counted(trigger["Calls"].GetInt64(), "call") + ", " +
          Counted(trigger["Records"].GetInt64(), "record") + ", " + Counted(trigger["Failures"].GetInt64(), "failure") +
          ", " + std::to_string(trigger["Retries"].GetInt64()) + " retried, " +
          Counted(trigger["DiscardedRecords"].GetInt64(), "record") +
          " discarded; last: " + mapping["LastProcessingResult"].GetString() + "\n";
  if (const std::string reason = WhyItStands(trigger); !reason.empty()) text += "  " + reason + "\n";
  return text;
}

std::string CallLine(const rapidjson::Value& call) {
  const std::string error = call["Error"].GetString();
  const std::int64_t attempt = call["Attempt"].GetInt64();
  std::string line = TimeOfDay(call["Time"].GetInt64()) + "  " + call["FunctionName"].GetString() + "  " +
                     Counted(call["Records"].GetInt64(), "record") + "  " +
                     std::to_string(call["Milliseconds"].GetInt64()) + " ms  " + (error.empty() ? "ok" : "failed");
  if (attempt > 1) line += " (attempt " + std::to_string(attempt) + ")";
  if (!error.empty()) line += ": " + error;
  if (call["Discarded"].GetBool()) line += ", discarded";
  return line + "\n";
}

}  // namespace dynarock::trigger
