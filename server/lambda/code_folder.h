// Folders of unpacked code: who needs one holds it, and it goes with its last holder unless the store names it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "server/lambda/disposal.h"

namespace dynarock {

class CodeFolder {
 public:
  // Requires: `disposal` outlives it.
  CodeFolder(std::string path, bool keep, Disposal& disposal)
      : path_(std::move(path)), keep_(keep), disposal_(disposal) {}
  ~CodeFolder();
  CodeFolder(const CodeFolder&) = delete;
  CodeFolder& operator=(const CodeFolder&) = delete;

  const std::string& path() const { return path_; }

  // The store names it: it stays when the server ends.
  void Keep() { keep_ = true; }
  // The store names it no more: it goes with its last holder.
  void Release() { keep_ = false; }

 private:
  const std::string path_;
  std::atomic<bool> keep_;
  Disposal& disposal_;
};

// The folders of one database. Thread-safe.
class CodeFolders {
 public:
  // `root` is where they lie; it is made with the first one.
  CodeFolders(std::string root, Disposal& disposal) : root_(std::move(root)), disposal_(disposal) {}

  // A new one, not made yet, for the function `name`.
  std::shared_ptr<CodeFolder> New(const std::string& name) const;
  // One that the store names, found by its last part, as the data may have moved. Null if it is not there: nothing but
  // our own is ever removed.
  std::shared_ptr<CodeFolder> Find(const std::string& path) const;
  // Removes what earlier servers left behind.
  void RemoveAllBut(const std::vector<std::shared_ptr<CodeFolder>>& kept) const;

 private:
  const std::string root_;
  Disposal& disposal_;
};

}  // namespace dynarock
