#include "tools/cruddur/conversation.h"

#include <algorithm>

#include "tools/client/command_error.h"

namespace dynarock::cruddur {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

std::vector<ConversationLine> ParseConversation(std::span<const std::string_view> lines) {
  std::vector<ConversationLine> conversation;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = Trim(lines[i]);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find(':');
    const std::string_view handle = colon == std::string_view::npos ? "" : Trim(line.substr(0, colon));
    const std::string_view text = colon == std::string_view::npos ? "" : Trim(line.substr(colon + 1));
    if (handle.empty() || text.empty()) {
      throw CommandError("Line " + std::to_string(i + 1) + " of the conversation must read `handle: text`.");
    }
    conversation.push_back({std::string(handle), std::string(text)});
  }
  return conversation;
}

std::vector<std::string> Speakers(const std::vector<ConversationLine>& conversation) {
  std::vector<std::string> speakers;
  for (const ConversationLine& line : conversation) {
    if (std::find(speakers.begin(), speakers.end(), line.handle) == speakers.end()) speakers.push_back(line.handle);
  }
  return speakers;
}

}  // namespace dynarock::cruddur
