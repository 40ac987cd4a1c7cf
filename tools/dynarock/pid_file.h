// A file with our process id, there as long as the object is.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace dynarock {

class PidFile {
 public:
  PidFile() = default;
  ~PidFile();
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

  // Writes it whole, in place of one that an earlier process left. "" for none.
  // Errors: kInternal with one sentence for the user.
  Result<void> Write(const std::string& path);

 private:
  std::string path_;  // "" until written
};

}  // namespace dynarock
