// Trees of expressions that were parsed before: a program sends few texts, each of them over and over.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

// Keeps trees by their text, the newest of those that fall together. Not thread-safe: one for each thread.
template <class Tree>
class ParseCache {
 public:
  // A copy of the tree of `text`, which `parse` makes if it is not kept. Errors: those of `parse`; none are kept.
  template <class Parse>
  Result<Tree> Get(std::string_view text, Parse parse) {
    if (text.size() > kLongestText) return parse(text);
    entries_.resize(kEntries);
    std::optional<Entry>& entry = entries_[std::hash<std::string_view>()(text) % kEntries];
    if (!entry || entry->text != text) {
      TRY(Tree tree, parse(text));
      entry = Entry{std::string(text), std::move(tree)};
    }
    return entry->tree;
  }

 private:
  static constexpr std::size_t kEntries = 64;
  static constexpr std::size_t kLongestText = 512;  // bytes; so the worst texts make a cache of about a megabyte

  struct Entry {
    std::string text;
    Tree tree;
  };

  std::vector<std::optional<Entry>> entries_;  // none before the first text
};

}  // namespace dynarock
