#include "tools/cruddur/user.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tools/client/command_error.h"
#include "tools/cruddur/postgres_users_program.h"

namespace dynarock::cruddur {
namespace {

TEST(User, BundledOnesHaveUuids) {
  ASSERT_EQ(BundledUsers().size(), 3U);
  for (const User& user : BundledUsers()) EXPECT_TRUE(IsUuid(user.uuid)) << user.handle;
}

TEST(User, UuidForm) {
  EXPECT_TRUE(IsUuid("3F1c9a52-7d0e-4b86-9a41-5e2d8c70b1f4"));
  EXPECT_FALSE(IsUuid(""));
  EXPECT_FALSE(IsUuid("andrewbrown"));
  EXPECT_FALSE(IsUuid("3f1c9a52-7d0e-4b86-9a41-5e2d8c70b1f"));
  EXPECT_FALSE(IsUuid("3f1c9a52-7d0e-4b86-9a41-5e2d8c70b1f44"));
  EXPECT_FALSE(IsUuid("3f1c9a52-7d0e-4b86-9a41-5e2d8c70b1fg"));
  EXPECT_FALSE(IsUuid("3f1c9a52x7d0e-4b86-9a41-5e2d8c70b1f4"));
}

TEST(User, LoadsBundledInTheOrderAsked) {
  const auto users = LoadUsers("", {"londo", "bayko"});
  ASSERT_EQ(users.size(), 2U);
  EXPECT_EQ(users[0].display_name, "Londo Mollari");
  EXPECT_EQ(users[1].display_name, "Andrew Bayko");
  EXPECT_THROW(LoadUsers("", {"nobody"}), CommandError);
}

TEST(PostgresUsers, ReadsTheProgramsJson) {
  const auto users = ParseUsersJson(R"([{"uuid":"u","display_name":"D \u00e9","handle":"h"}])");
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0], (User{"u", "D \xC3\xA9", "h"}));
  EXPECT_TRUE(ParseUsersJson("[]").empty());
}

TEST(PostgresUsers, RefusesOtherJson) {
  for (const char* json : {"", "{}", "[1]", "[{}]", "[{\"uuid\":1,\"handle\":\"h\"}]", "[{\"uuid\":\"u\"}]"}) {
    EXPECT_THROW(ParseUsersJson(json), CommandError) << json;
  }
}

TEST(PostgresUsers, NamesTheMissingProgram) {
  const char* path = std::getenv("PATH");
  const std::string saved = path == nullptr ? "" : path;
  setenv("PATH", "/nonexistent", 1);
  try {
    ReadPostgresUsersBy("no-such-program", "postgresql://nowhere", {"bayko"});
    ADD_FAILURE();
  } catch (const CommandError& error) {
    EXPECT_NE(std::string(error.what()).find("put it beside dynarock or on PATH"), std::string::npos) << error.what();
  }
  setenv("PATH", saved.c_str(), 1);
}

}  // namespace
}  // namespace dynarock::cruddur
