// Trees of expressions that were parsed before: a program sends few texts, each of them over and over.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

// Keeps trees by their text, the newest of those that fall together. Not thread-safe, one for each thread; the trees
// are never changed, and live as long as anything refers to them.
template <class Tree>
class ParseCache {
 public:
  // The tree of `text`, which `parse` makes if it is not kept. Errors: those of `parse`; none are kept.
  template <class Parse>
  Result<std::shared_ptr<const Tree>> Get(std::string_view text, Parse parse) {
    if (text.size() > kLongestText) return Make(text, parse);
    entries_.resize(kEntries);
    Entry& entry = entries_[std::hash<std::string_view>()(text) % kEntries];
    if (!entry.tree || entry.text != text) {
      TRY(auto tree, Make(text, parse));
      entry = {std::string(text), std::move(tree)};
    }
    return entry.tree;
  }

 private:
  static constexpr std::size_t kEntries = 64;
  static constexpr std::size_t kLongestText = 512;  // bytes; so the worst texts make a cache of about a megabyte

  struct Entry {
    std::string text;
    std::shared_ptr<const Tree> tree;  // null before the first text
  };

  template <class Parse>
  static Result<std::shared_ptr<const Tree>> Make(std::string_view text, Parse parse) {
    TRY(Tree tree, parse(text));
    return std::make_shared<const Tree>(std::move(tree));
  }

  std::vector<Entry> entries_;  // none before the first text
};

}  // namespace dynarock
