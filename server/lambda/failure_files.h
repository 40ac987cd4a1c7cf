// Files that on-failure destinations append to: below one folder, and nowhere else.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dynarock {

inline constexpr std::string_view kFileScheme = "file://";

// Thread-safe. A destination is "file://NAME" with a path below the folder, or "file:///PATH" with an absolute path
// that leads into it.
class FailureFiles {
 public:
  // `directory` is an absolute path, "" if there are no files. It is made when the first file is.
  explicit FailureFiles(std::string directory);

  // Errors: kValidation with a sentence that says where files may be.
  Result<void> Check(std::string_view destination) const;

  // Appends a line, which stays whole. Follows no links and opens regular files only; never waits for another program.
  // Errors: kInternal with a sentence.
  Result<void> Append(std::string_view destination, std::string_view line);

 private:
  // The path below the folder.
  Result<std::string> NameOf(std::string_view destination) const;

  const std::string directory_;
  std::mutex mutex_;
};

}  // namespace dynarock
