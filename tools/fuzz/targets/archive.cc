// Zip archives of functions' code: nothing is written outside of the directory.
#include <unistd.h>

#include <filesystem>

#include "server/lambda/code_archive.h"
#include "tools/fuzz/targets/target.h"

namespace dynarock::fuzz {
namespace {

namespace fs = std::filesystem;

// A directory of this process, removed at its end.
class Directory {
 public:
  Directory() : path_(fs::temp_directory_path() / ("dynarock-fuzz-" + std::to_string(getpid()))) {}
  ~Directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  void Clear() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    fs::create_directories(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  const fs::path path_;
};

}  // namespace
}  // namespace dynarock::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynarock;
  using namespace dynarock::fuzz;
  static Directory directory;
  directory.Clear();
  const auto unpacked = UnpackCode(TextOf(data, size), (directory.path() / "code").string());
  Expect(unpacked || !unpacked.error().message.empty(), "an error has a message");
  std::size_t entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    Expect(entry.path().filename() == "code", "nothing is written beside the directory");
    ++entries;
  }
  Expect(entries <= 1, "there is one directory");
  return 0;
}
