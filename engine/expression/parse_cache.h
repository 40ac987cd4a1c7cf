// Trees of expressions that were parsed before: a program sends few texts, each of them over and over.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

template <class Tree>
class ParseCache;

// A tree of its own, or one that a cache lent and gets back when this ends: on the thread of the cache, and before it.
// Requires: nobody moves a lent tree out of it.
template <class Tree>
class Lent {
 public:
  Lent() = default;
  Lent(Tree tree) : tree_(std::move(tree)) {}  // NOLINT(google-explicit-constructor): a tree may stand for a lent one
  Lent(Lent&& other) noexcept
      : tree_(std::move(other.tree_)), home_(std::exchange(other.home_, nullptr)), loan_(other.loan_) {}
  Lent& operator=(Lent&& other) noexcept {
    std::swap(tree_, other.tree_);
    std::swap(home_, other.home_);
    std::swap(loan_, other.loan_);
    return *this;
  }
  ~Lent() {
    if (home_) home_->TakeBack(loan_, std::move(tree_));
  }

  Tree& operator*() { return tree_; }
  const Tree& operator*() const { return tree_; }

 private:
  friend class ParseCache<Tree>;
  Lent(Tree tree, ParseCache<Tree>* home, std::uint64_t loan) : tree_(std::move(tree)), home_(home), loan_(loan) {}

  Tree tree_;
  ParseCache<Tree>* home_ = nullptr;  // none for a tree of its own
  std::uint64_t loan_ = 0;
};

// Keeps trees by their text, the newest of those that fall together. Not thread-safe: one for each thread.
template <class Tree>
class ParseCache {
 public:
  // A copy of the tree of `text`, which `parse` makes if it is not kept. Errors: those of `parse`; none are kept.
  template <class Parse>
  Result<Tree> Get(std::string_view text, Parse parse) {
    if (text.size() > kLongestText) return parse(text);
    TRY(const std::size_t place, Keep(text, parse));
    return *entries_[place].tree;
  }

  // The tree itself. Who binds a tree replaces placeholders of names by what they stand for, so of a text with such
  // ones it is a copy. Errors: those of `parse`.
  template <class Parse>
  Result<Lent<Tree>> Lend(std::string_view text, Parse parse) {
    if (text.size() > kLongestText || text.find('#') != text.npos) {
      TRY(Tree tree, Get(text, parse));
      return Lent<Tree>(std::move(tree));
    }
    TRY(const std::size_t place, Keep(text, parse));
    Entry& entry = entries_[place];
    entry.loan = ++loans_ * kEntries + place;
    Lent<Tree> lent(std::move(*entry.tree), this, entry.loan);
    entry.tree.reset();
    return lent;
  }

 private:
  friend class Lent<Tree>;
  static constexpr std::size_t kEntries = 64;
  static constexpr std::size_t kLongestText = 512;  // bytes; so the worst texts make a cache of about a megabyte

  struct Entry {
    std::string text;
    std::optional<Tree> tree;  // none while it is lent
    std::uint64_t loan = 0;    // the newest, whose number tells its place, too; 0 if there is none
  };

  // The place of the text's tree, which is there then.
  template <class Parse>
  Result<std::size_t> Keep(std::string_view text, Parse parse) {
    entries_.resize(kEntries);
    const std::size_t place = std::hash<std::string_view>()(text) % kEntries;
    Entry& entry = entries_[place];
    if (!entry.tree || entry.text != text) {
      TRY(Tree tree, parse(text));
      entry = {std::string(text), std::move(tree)};
    }
    return place;
  }

  // Drops the tree if another one came to its place meanwhile.
  void TakeBack(std::uint64_t loan, Tree tree) {
    Entry& entry = entries_[loan % kEntries];
    if (entry.loan == loan) entry.tree = std::move(tree);
  }

  std::vector<Entry> entries_;  // none before the first text
  std::uint64_t loans_ = 0;
};

}  // namespace dynarock
