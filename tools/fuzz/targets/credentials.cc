// Files of credentials.
#include "protocol/sigv4/credentials.h"

#include "tools/fuzz/targets/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  const auto profiles = ParseCredentials(TextOf(data, size), "FILE");
  if (!profiles) {
    Expect(profiles.error().message.find("FILE") != std::string::npos, "an error names the file");
    return 0;
  }
  for (const Profile& profile : *profiles) {
    Expect(!profile.keys.access_key_id.empty() && !profile.keys.secret_access_key.empty(), "a profile has both keys");
  }
  return 0;
}
