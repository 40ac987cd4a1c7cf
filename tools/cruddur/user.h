// Cruddur's users, as its Postgres table `users` has them, and the bundled ones for a demo without Postgres.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynarock::cruddur {

struct User {
  std::string uuid;
  std::string display_name;
  std::string handle;

  bool operator==(const User&) const = default;
};

// Andrew Brown, Andrew Bayko and Londo Mollari; their uuids never change.
std::span<const User> BundledUsers();

// The one of `users` with `handle`, or nullptr. The pointer borrows from `users`.
const User* FindUser(std::span<const User> users, std::string_view handle);

// Whether `text` has the form 8-4-4-4-12 in hex digits.
bool IsUuid(std::string_view text);

// The users with `handles`, in that order: from Postgres at `postgres_url`, or bundled ones if it is empty.
// Errors: CommandError for a handle that isn't there.
std::vector<User> LoadUsers(const std::string& postgres_url, const std::vector<std::string>& handles);

}  // namespace dynarock::cruddur
