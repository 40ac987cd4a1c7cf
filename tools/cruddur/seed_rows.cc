#include "tools/cruddur/seed_rows.h"

#include <algorithm>

#include "tools/client/command_error.h"
#include "tools/cruddur/message_time.h"

namespace dynarock::cruddur {
namespace {

using std::chrono::sys_seconds;

// `now`, to the minute, on the same day of `year`; February 29 becomes 28 where it must.
sys_seconds SameMomentIn(std::chrono::year year, sys_seconds now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const auto time_of_day = std::chrono::floor<std::chrono::minutes>(now - today);
  const std::chrono::year_month_day date(today);
  std::chrono::year_month_day day = year / date.month() / date.day();
  if (!day.ok()) day = year / std::chrono::February / 28;
  return std::chrono::sys_days(day) + time_of_day;
}

}  // namespace

std::vector<sys_seconds> SeedTimes(std::size_t count, sys_seconds now, std::chrono::year year) {
  constexpr std::chrono::minutes kStep(1);
  const auto steps = static_cast<std::chrono::minutes::rep>(std::max<std::size_t>(count, 1) - 1);
  const sys_seconds midnight = std::chrono::sys_days(year / std::chrono::January / 1);
  const sys_seconds first = std::max(SameMomentIn(year, now) - steps * kStep, midnight);
  std::vector<sys_seconds> times(count);
  for (std::size_t i = 0; i < count; ++i) times[i] = first + static_cast<std::chrono::minutes::rep>(i) * kStep;
  return times;
}

std::string BundledMessageUuid(std::size_t index) {
  constexpr std::size_t kDigits = 12;
  const std::string number = std::to_string(index);
  return "d94c6b1e-3a07-4e52-a1f8-" + std::string(kDigits - std::min(number.size(), kDigits), '0') + number;
}

SeedRows BuildSeedRows(const std::vector<ConversationLine>& conversation, std::span<const User> users,
                       std::span<const sys_seconds> times) {
  if (users.size() != 2 || conversation.empty()) {
    throw CommandError("The seed's conversation must be one between two users.");
  }
  SeedRows rows;
  for (std::size_t i = 0; i < conversation.size(); ++i) {
    const User* sender = FindUser(users, conversation[i].handle);
    if (sender == nullptr) throw CommandError("The conversation's '" + conversation[i].handle + "' is not a user.");
    rows.messages.push_back(
        {kBundledGroupUuid, MessageTime(times[i]), BundledMessageUuid(i), conversation[i].text, *sender});
  }
  const MessageRow& last = rows.messages.back();
  for (std::size_t i = 0; i < users.size(); ++i) {
    rows.groups.push_back({users[i].uuid, last.created_at, kBundledGroupUuid, last.message, users[1 - i]});
  }
  return rows;
}

}  // namespace dynarock::cruddur
