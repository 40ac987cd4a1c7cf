// Where functions' code, runtimes and certificates lie.
#pragma once

#include <filesystem>

namespace dynarock {

// Of a server that keeps its data: its own directory. In memory: a directory of the machine's temporary ones that goes
// with the object; what servers that were killed have left there is removed first.
class StateDirectory {
 public:
  // `data` is the directory of the data, "" for a server in memory.
  explicit StateDirectory(const std::filesystem::path& data);
  ~StateDirectory();
  StateDirectory(const StateDirectory&) = delete;
  StateDirectory& operator=(const StateDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;  // descriptor of a file in `path_` that is locked while this process lives; -1 if there is none
};

}  // namespace dynarock
