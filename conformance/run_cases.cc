// dynarock-conformance: plays case files in this process or against an endpoint.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "conformance/endpoint_client.h"
#include "conformance/runner.h"

namespace dynarock::conformance {
namespace {

constexpr const char* kUsage =
    "dynarock-conformance [--endpoint URL] [--wording current|classic|local] [--disk DIR] [--patience SECONDS] "
    "PATH...\n"
    "  Plays the case files, or all of a folder. Without --endpoint a database in this process answers, in memory\n"
    "  or, with --disk, in a new folder below DIR that is removed afterwards.\n";

struct Options {
  std::string endpoint;
  std::string disk;
  RunOptions run;
  std::vector<std::string> paths;
};

// Errors: std::runtime_error.
Options ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.compare(0, 2, "--") != 0) {
      options.paths.push_back(word);
      continue;
    }
    if (i + 1 == argc) throw std::runtime_error(word + " needs a value");
    const std::string value = argv[++i];
    if (word == "--endpoint") {
      options.endpoint = value;
    } else if (word == "--disk") {
      options.disk = value;
    } else if (word == "--wording" && WordingOf(value)) {
      options.run.wording = *WordingOf(value);
    } else if (word == "--patience") {
      options.run.patience = std::chrono::seconds(std::stoi(value));
    } else {
      throw std::runtime_error("unknown: " + word + " " + value);
    }
  }
  if (options.paths.empty()) throw std::runtime_error("no case files");
  return options;
}

std::vector<std::string> FindCaseFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.path().extension() == ".case") found.push_back(entry.path().string());
    }
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

// A new folder, removed at the end.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& parent) {
    if (parent.empty()) return;
    std::filesystem::create_directories(parent);
    path_ = parent + "/conformance-" + std::to_string(getpid());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

int RunCases(const Options& options) {
  // All files are read first, so that a mistake in one is told before anything runs.
  std::vector<CaseFile> files;
  for (const std::string& path : FindCaseFiles(options.paths)) files.push_back(ReadCaseFile(path));
  const TemporaryFolder folder(options.disk);
  const std::unique_ptr<Target> target =
      options.endpoint.empty() ? OpenInProcess(options.run.wording, folder.path()) : OpenEndpoint(options.endpoint);
  Runner runner(*target, options.run, std::cout);
  for (const CaseFile& file : files) runner.Run(file);
  runner.PrintScore();
  return runner.all_passed() ? 0 : 1;
}

int Main(int argc, char** argv) {
  try {
    return RunCases(ReadOptions(argc, argv));
  } catch (const CaseError& error) {
    std::fprintf(stderr, "%s\n", error.what());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n%s", error.what(), kUsage);
  }
  return 2;
}

}  // namespace
}  // namespace dynarock::conformance

int main(int argc, char** argv) {
  return dynarock::conformance::Main(argc, argv);
}
