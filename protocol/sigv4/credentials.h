// Pairs of access keys, and the file of profiles that AWS's tools keep them in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token = {};  // "" for keys that have none

  bool operator==(const Credentials&) const = default;
};

struct Profile {
  std::string name;
  Credentials keys;
};

// A file of profiles: "[name]" with aws_access_key_id, aws_secret_access_key and, if there is one, aws_session_token.
// Other settings, comments (#, ;), nested settings and profiles without keys are passed over.
// Source: AWS SDKs and Tools Reference Guide, "Using shared config and credentials files".
// Errors: kInternal with one sentence that names the file and the line.
Result<std::vector<Profile>> ReadCredentialsFile(const std::string& path);
Result<std::vector<Profile>> ParseCredentials(std::string_view text, const std::string& path);

// A pair that nobody else has.
Credentials NewCredentials();

}  // namespace dynarock
