#include "protocol/sigv4/credentials.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(CredentialsTest, ReadsProfiles) {
  const auto found = ParseCredentials(
      "# mine\n[default]\r\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key=a/b+c==\nregion = eu-west-1\n\n"
      "[profile ci]\n  s3 =\n    max = 1\naws_access_key_id=ci-2\n; theirs\naws_secret_access_key = x\n"
      "aws_session_token = t=1\n[role]\nrole_arn = arn:aws:iam::1:role/x",
      "keys");
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(found->at(0).name, "default");
  EXPECT_EQ(found->at(0).keys, (Credentials{"AKIDEXAMPLE", "a/b+c==", ""}));
  EXPECT_EQ(found->at(1).name, "ci");
  EXPECT_EQ(found->at(1).keys, (Credentials{"ci-2", "x", "t=1"}));
}

struct Mistake {
  std::string_view text;
  std::string_view message;
};

constexpr Mistake kMistakes[] = {
    {"", "keys has no profile with aws_access_key_id and aws_secret_access_key."},
    {"[a]\nregion = x\n", "keys has no profile with aws_access_key_id and aws_secret_access_key."},
    {"aws_access_key_id = A\n", "keys, line 1: a setting must stand below a [profile]."},
    {"[a]\n\nnonsense\n", "keys, line 3: expected [profile] or name = value."},
    {"[a\n", "keys, line 1: the name of a profile ends with ]."},
    {"[a]\naws_access_key_id =\n", "keys, line 2: aws_access_key_id has no value."},
    {"[a]\naws_access_key_id = A B\n", "keys, line 2: an access key id has letters, digits, - and _ only."},
    {"[a]\naws_access_key_id = A\naws_access_key_id = B\n", "keys, line 3: the profile has aws_access_key_id twice."},
    {"# x\n[a]\naws_access_key_id = A\n", "keys, line 2: [a] has no aws_secret_access_key."},
    {"[a]\naws_secret_access_key = A\n", "keys, line 1: [a] has no aws_access_key_id."},
    {"[a]\naws_access_key_id=A\naws_secret_access_key=x\n[b]\naws_access_key_id=A\naws_secret_access_key=y\n",
     "keys, line 4: [b] has the access key id of [a] with another secret."},
};

TEST(CredentialsTest, NamesTheLineOfAMistake) {
  for (const auto& [text, message] : kMistakes) {
    const auto found = ParseCredentials(text, "keys");
    ASSERT_FALSE(found) << text;
    EXPECT_EQ(found.error().message, message);
  }
}

TEST(CredentialsTest, NewPairsDiffer) {
  EXPECT_NE(NewCredentials().access_key_id, NewCredentials().access_key_id);
  EXPECT_NE(NewCredentials().secret_access_key, NewCredentials().secret_access_key);
  EXPECT_EQ(NewCredentials().access_key_id.size(), 20u);
  EXPECT_EQ(NewCredentials().secret_access_key.size(), 40u);
}

TEST(CredentialsTest, AMissingFile) {
  const auto found = ReadCredentialsFile("/nowhere/keys");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message, "Cannot read /nowhere/keys: name a file of AWS credentials with --credentials.");
}

}  // namespace
}  // namespace dynarock
