#include "protocol/sigv4/credentials.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/base/ascii.h"
#include "engine/base/hex.h"

namespace dynarock {
namespace {

// A place of the file, for messages.
struct Place {
  const std::string& path;
  int line = 0;

  ApiError Mistake(const std::string& what) const {
    return InternalError(path + ", line " + std::to_string(line) + ": " + what);
  }
};

struct PlacedProfile {
  int line = 0;
  Profile profile;
};

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r";
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

bool IsKeyId(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return IsAsciiLetterOrDigit(c) || c == '_' || c == '-'; });
}

// The member that a setting of this name fills, null if it is none of ours.
std::string* MemberOf(Credentials& keys, std::string_view name) {
  if (name == "aws_access_key_id") return &keys.access_key_id;
  if (name == "aws_secret_access_key") return &keys.secret_access_key;
  if (name == "aws_session_token") return &keys.session_token;
  return nullptr;
}

Result<void> ReadSetting(std::string_view line, const Place& place, std::vector<PlacedProfile>& profiles) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return place.Mistake("expected [profile] or name = value.");
  if (profiles.empty()) return place.Mistake("a setting must stand below a [profile].");
  const std::string name(Trimmed(line.substr(0, equals)));
  std::string* member = MemberOf(profiles.back().profile.keys, name);
  if (member == nullptr) return {};
  const std::string_view value = Trimmed(line.substr(equals + 1));
  if (value.empty()) return place.Mistake(name + " has no value.");
  if (!member->empty()) return place.Mistake("the profile has " + name + " twice.");
  if (name == "aws_access_key_id" && !IsKeyId(value)) {
    return place.Mistake("an access key id has letters, digits, - and _ only.");
  }
  *member = value;
  return {};
}

Result<void> ReadLine(std::string_view line, const Place& place, std::vector<PlacedProfile>& profiles) {
  const bool is_nested = line.starts_with(' ') || line.starts_with('\t');
  const std::string_view text = Trimmed(line);
  if (text.empty() || text[0] == '#' || text[0] == ';') return {};
  if (is_nested && !profiles.empty()) return {};
  if (text[0] != '[') return ReadSetting(text, place, profiles);
  if (!text.ends_with(']')) return place.Mistake("the name of a profile ends with ].");
  std::string_view name = Trimmed(text.substr(1, text.size() - 2));
  if (name.starts_with("profile ")) name = Trimmed(name.substr(8));
  profiles.push_back({place.line, {std::string(name), {}}});
  return {};
}

// Appends the profile, if it has keys.
Result<void> Take(const PlacedProfile& placed, const std::string& path, std::vector<Profile>& found) {
  const Place place{path, placed.line};
  const auto& [name, keys] = placed.profile;
  if (keys.access_key_id.empty() && keys.secret_access_key.empty()) return {};  // a role, or a process
  if (keys.access_key_id.empty()) return place.Mistake("[" + name + "] has no aws_access_key_id.");
  if (keys.secret_access_key.empty()) return place.Mistake("[" + name + "] has no aws_secret_access_key.");
  for (const Profile& earlier : found) {
    if (earlier.keys.access_key_id != keys.access_key_id || earlier.keys == keys) continue;
    return place.Mistake("[" + name + "] has the access key id of [" + earlier.name + "] with another secret.");
  }
  found.push_back(placed.profile);
  return {};
}

std::string RandomHex(std::size_t bytes) {
  std::string random(bytes, '\0');
  // OpenSSL's would cost the start some milliseconds.
  if (getentropy(random.data(), bytes) != 0) std::abort();
  return UpperHex(random);
}

}  // namespace

Result<std::vector<Profile>> ParseCredentials(std::string_view text, const std::string& path) {
  std::vector<PlacedProfile> profiles;
  Place place{path};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    ++place.line;
    TRY_VOID(ReadLine(text.substr(0, end), place, profiles));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::vector<Profile> found;
  for (const PlacedProfile& profile : profiles) TRY_VOID(Take(profile, path, found));
  if (!found.empty()) return found;
  return InternalError(path + " has no profile with aws_access_key_id and aws_secret_access_key.");
}

Credentials NewCredentials() {
  return {.access_key_id = "DYNAROCK" + RandomHex(6), .secret_access_key = RandomHex(20)};
}

Result<std::vector<Profile>> ReadCredentialsFile(const std::string& path) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, ignored))
    return InternalError("Cannot read " + path + ": name a file of AWS credentials with --credentials.");
  return ParseCredentials(std::string(std::istreambuf_iterator<char>(file), {}), path);
}

}  // namespace dynarock
