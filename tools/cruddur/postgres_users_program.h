// Starts dynarock-postgres-users, the program beside this one that can speak to Postgres.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/cruddur/user.h"

namespace dynarock::cruddur {

// The rows of the table `users` whose handle is one of `handles`, in any order.
// Errors: CommandError if the program is missing or fails, with the program's own reason.
std::vector<User> ReadPostgresUsers(const std::string& postgres_url, const std::vector<std::string>& handles);

// The same by the program at `program`, a path or a name on PATH.
std::vector<User> ReadPostgresUsersBy(const std::string& program, const std::string& postgres_url,
                                      const std::vector<std::string>& handles);

// Reads [{"uuid","display_name","handle"},...]. Errors: CommandError if `json` is anything else.
std::vector<User> ParseUsersJson(std::string_view json);

}  // namespace dynarock::cruddur
