#include "tools/cruddur/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tools/client/command_error.h"

namespace dynarock::cruddur {
namespace {

std::vector<ConversationLine> Parse(std::vector<std::string_view> lines) {
  return ParseConversation(lines);
}

TEST(Conversation, ReadsHandleAndText) {
  const auto conversation = Parse({"# heading", "", "a: one: two", "  b :  three \r"});
  ASSERT_EQ(conversation.size(), 2U);
  EXPECT_EQ(conversation[0].handle, "a");
  EXPECT_EQ(conversation[0].text, "one: two");
  EXPECT_EQ(conversation[1].handle, "b");
  EXPECT_EQ(conversation[1].text, "three");
}

TEST(Conversation, NamesTheBrokenLine) {
  for (const std::string_view broken : {"no handle", ": no handle", "a:", "a: "}) {
    try {
      Parse({"a: fine", broken});
      ADD_FAILURE() << "accepted " << broken;
    } catch (const CommandError& error) {
      EXPECT_STREQ(error.what(), "Line 2 of the conversation must read `handle: text`.");
    }
  }
}

TEST(Conversation, BundledOneIsBetweenTwo) {
  const auto conversation = ParseConversation(BundledConversationLines());
  EXPECT_GE(conversation.size(), 95U);
  EXPECT_LE(conversation.size(), 110U);
  EXPECT_EQ(Speakers(conversation), (std::vector<std::string>{"andrewbrown", "bayko"}));
}

TEST(Conversation, EmbeddingKeepsQuotes) {
  const auto conversation = ParseConversation(BundledConversationLines());
  const bool found = std::any_of(conversation.begin(), conversation.end(), [](const ConversationLine& line) {
    return line.text.find("\"bring the cable\"") != std::string::npos;
  });
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace dynarock::cruddur
