// The bundled conversation of the seed, embedded from conversation.txt at build time.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynarock::cruddur {

struct ConversationLine {
  std::string handle;
  std::string text;
};

// The lines of conversation.txt as they stand in the file.
std::span<const std::string_view> BundledConversationLines();

// Reads `handle: text` lines; blank lines and lines that start with # are skipped.
// Errors: CommandError naming the line that has no handle or no text.
std::vector<ConversationLine> ParseConversation(std::span<const std::string_view> lines);

// Handles in the order in which they first speak.
std::vector<std::string> Speakers(const std::vector<ConversationLine>& conversation);

}  // namespace dynarock::cruddur
