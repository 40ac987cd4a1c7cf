#include "tools/cruddur/user.h"

#include <algorithm>

#include "engine/base/hex.h"
#include "tools/client/command_error.h"
#include "tools/cruddur/postgres_users_program.h"

namespace dynarock::cruddur {

std::span<const User> BundledUsers() {
  static const std::vector<User> users = {
      {"3f1c9a52-7d0e-4b86-9a41-5e2d8c70b1f4", "Andrew Brown", "andrewbrown"},
      {"8b64e0d7-21fa-4c3d-b5f8-0a97c3e6d215", "Andrew Bayko", "bayko"},
      {"c5d2780e-94b3-4f61-8e0a-6b1f3d59a7c8", "Londo Mollari", "londo"},
  };
  return users;
}

const User* FindUser(std::span<const User> users, std::string_view handle) {
  const auto found =
      std::find_if(users.begin(), users.end(), [handle](const User& user) { return user.handle == handle; });
  return found == users.end() ? nullptr : &*found;
}

bool IsUuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(),
                    [&](char letter, char form) { return form == '-' ? letter == '-' : HexDigitValue(letter) >= 0; });
}

std::vector<User> LoadUsers(const std::string& postgres_url, const std::vector<std::string>& handles) {
  const bool bundled = postgres_url.empty();
  std::vector<User> read;
  if (!bundled) read = ReadPostgresUsers(postgres_url, handles);
  std::vector<User> users;
  for (const std::string& handle : handles) {
    const User* user = FindUser(bundled ? BundledUsers() : read, handle);
    if (user == nullptr) {
      throw CommandError(bundled ? "No bundled user has the handle '" + handle +
                                       "': give andrewbrown, bayko, londo or a uuid, or name your users table with "
                                       "--users URL."
                                 : "The Postgres table users has no row with the handle '" + handle +
                                       "': insert that user, then run the command again.");
    }
    users.push_back(*user);
  }
  return users;
}

}  // namespace dynarock::cruddur
