// The rows that `seed` writes: when each message was sent, and who sees which conversation.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "tools/cruddur/conversation.h"
#include "tools/cruddur/row.h"

namespace dynarock::cruddur {

struct SeedRows {
  std::vector<GroupRow> groups;
  std::vector<MessageRow> messages;  // oldest first
};

// `count` times a minute apart, all in `year`; the newest is `now`, carried to `year`, cut to the minute.
// In the first minutes of a year they start at midnight instead, so that they stay in one year.
std::vector<std::chrono::sys_seconds> SeedTimes(std::size_t count, std::chrono::sys_seconds now,
                                                std::chrono::year year);

// The uuid of the message at `index`, the same in every run.
std::string BundledMessageUuid(std::size_t index);

// A message row for each line, sent at `times`, and a group row for each of the two speakers.
// Requires: as many times as lines. Errors: CommandError unless `users` holds exactly the two speakers.
SeedRows BuildSeedRows(const std::vector<ConversationLine>& conversation, std::span<const User> users,
                       std::span<const std::chrono::sys_seconds> times);

}  // namespace dynarock::cruddur
