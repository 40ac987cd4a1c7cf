#include "server/lambda/code_folder.h"

#include <filesystem>
#include <set>

#include "engine/base/log.h"
#include "engine/base/uuid.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

}  // namespace

CodeFolder::~CodeFolder() {
  if (keep_) return;
  disposal_.Add([path = path_] {
    std::error_code error;
    fs::remove_all(path, error);
    if (error) Log(LogLevel::kWarn, "code could not be removed", {{"folder", path}, {"error", error.message()}});
  });
}

std::shared_ptr<CodeFolder> CodeFolders::New(const std::string& name) const {
  return std::make_shared<CodeFolder>((fs::path(root_) / (name + "-" + NewUuid())).string(), false, disposal_);
}

std::shared_ptr<CodeFolder> CodeFolders::Find(const std::string& path) const {
  const fs::path folder = fs::path(root_) / fs::path(path).filename();
  std::error_code error;
  if (folder.filename() == ".." || !folder.has_filename() || !fs::is_directory(folder, error)) return nullptr;
  return std::make_shared<CodeFolder>(folder.string(), true, disposal_);
}

void CodeFolders::RemoveAllBut(const std::vector<std::shared_ptr<CodeFolder>>& kept) const {
  std::set<fs::path> names;
  for (const auto& folder : kept) names.insert(fs::path(folder->path()).filename());
  std::error_code error;
  std::vector<fs::path> stale;
  for (fs::directory_iterator entry(root_, error), end; !error && entry != end; entry.increment(error)) {
    if (!names.contains(entry->path().filename())) stale.push_back(entry->path());
  }
  for (const fs::path& path : stale) {
    Log(LogLevel::kInfo, "removing code that an earlier server left behind", {{"folder", path.string()}});
    fs::remove_all(path, error);
  }
}

}  // namespace dynarock
