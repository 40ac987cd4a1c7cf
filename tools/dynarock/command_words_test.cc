#include "tools/dynarock/command_words.h"

#include <gtest/gtest.h>

#include "tools/client/number_options.h"

namespace dynarock {
namespace {

class CommandWordsTest : public testing::Test {
 protected:
  CommandWordsTest() : app_("", "dynarock") {
    app_.require_subcommand(1);
    app_.add_subcommand("serve")->add_option("--port", port_);
    CLI::App* post = app_.add_subcommand("post");
    post->add_option("message", text_);
    post->add_option("--limit", port_)->check(AtLeast(1));
    CLI::App* cruddur = app_.add_subcommand("cruddur");
    cruddur->require_subcommand(1);
    cruddur->add_subcommand("scan")->add_option("--endpoint", text_);
    CLI::App* patterns = cruddur->add_subcommand("patterns");
    patterns->require_subcommand(1);
    patterns->add_subcommand("get-conversation");
  }

  // The message to `words`.
  std::string Say(std::vector<std::string> words) {
    if (std::string problem = ProblemOfCommand(app_, words); !problem.empty()) return problem;
    std::reverse(words.begin(), words.end());
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      return ProblemOfOptions(app_, error);
    }
    return "";
  }

  CLI::App app_;
  int port_ = 0;
  std::string text_;
};

TEST_F(CommandWordsTest, UnknownCommandsAreNamed) {
  EXPECT_EQ(Say({"bogus"}), "unknown command `bogus`\nRun `dynarock --help` for the commands.\n");
  EXPECT_EQ(Say({"sevre", "--port", "1"}),
            "unknown command `sevre`; did you mean `serve`?\nRun `dynarock --help` for the commands.\n");
  EXPECT_EQ(Say({"cruddur", "bogus"}), "unknown command `bogus`\nRun `dynarock cruddur --help` for the commands.\n");
  EXPECT_EQ(Say({"cruddur", "scna"}),
            "unknown command `scna`; did you mean `scan`?\nRun `dynarock cruddur --help` for the commands.\n");
  EXPECT_EQ(Say({"cruddur", "patterns", "get-conversations"}),
            "unknown command `get-conversations`; did you mean `get-conversation`?\n"
            "Run `dynarock cruddur patterns --help` for the commands.\n");
}

TEST_F(CommandWordsTest, UnknownOptionsAreNamed) {
  EXPECT_EQ(Say({"serve", "--prt=1"}),
            "unknown option `--prt`; did you mean `--port`?\nRun `dynarock serve --help` for the options.\n");
  EXPECT_EQ(Say({"cruddur", "scan", "--endpont", "x"}),
            "unknown option `--endpont`; did you mean `--endpoint`?\n"
            "Run `dynarock cruddur scan --help` for the options.\n");
  EXPECT_EQ(Say({"serve", "--wholly-different"}),
            "unknown option `--wholly-different`\nRun `dynarock serve --help` for the options.\n");
  EXPECT_EQ(Say({"serve", "twice"}), "unexpected word `twice`\nRun `dynarock serve --help` for the options.\n");
}

TEST_F(CommandWordsTest, AGroupOfCommandsPrintsItsHelp) {
  EXPECT_TRUE(HelpOfGroup(app_, {}).find("Usage: dynarock [OPTIONS] SUBCOMMAND") != std::string::npos);
  EXPECT_TRUE(
      HelpOfGroup(app_, {"cruddur", "patterns"}).find("Usage: dynarock cruddur patterns [OPTIONS] SUBCOMMAND") !=
      std::string::npos)
      << HelpOfGroup(app_, {"cruddur", "patterns"});
  EXPECT_EQ(HelpOfGroup(app_, {"serve"}), "");
  EXPECT_EQ(HelpOfGroup(app_, {"cruddur", "--help"}), "");
}

TEST_F(CommandWordsTest, AMissingCommandIsSaidOfItsGroup) {
  EXPECT_EQ(Say({"cruddur", "--"}), "A subcommand is required\nRun `dynarock cruddur --help` for the commands.\n");
}

TEST_F(CommandWordsTest, TextWithoutQuotesIsExplained) {
  EXPECT_EQ(Say({"post", "Is", "this", "on?"}),
            "unexpected word `this`; put quotes around a text of several words\n"
            "Run `dynarock post --help` for the options.\n");
}

TEST_F(CommandWordsTest, BoundsAreSaidForPeople) {
  EXPECT_EQ(Say({"post", "--limit", "0", "x"}),
            "--limit: `0` is not a whole number of at least 1\nRun `dynarock post --help` for the options.\n");
  EXPECT_EQ(Say({"post", "--limit", "1x", "x"}),
            "--limit: `1x` is not a whole number of at least 1\nRun `dynarock post --help` for the options.\n");
  EXPECT_EQ(Say({"post", "--limit", "2", "x"}), "");
}

TEST_F(CommandWordsTest, KnownWordsPass) {
  EXPECT_EQ(Say({"serve", "--port", "1"}), "");
}

TEST(NearestOf, LongWordsCostNothing) {
  EXPECT_EQ(NearestOf(std::string(1'000'000, 'a'), {"serve"}), "");
  EXPECT_EQ(NearestOf("", {"serve"}), "");
}

}  // namespace
}  // namespace dynarock
