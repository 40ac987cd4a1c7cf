// The limits and the rule of names for a text that is being parsed: a handler of RapidJSON's events before another one.
#pragma once

#include <string_view>
#include <vector>

#include "protocol/json_limits.h"
#include "protocol/json_writer.h"

namespace dynarock {

// Whether two of the names are equal. Changes their order. At most n log n comparisons.
bool HasRepeated(std::string_view* begin, std::string_view* end);

// Takes events and drops them: to check a text without a tree.
struct NoTree {
  bool Null() { return true; }
  bool Bool(bool) { return true; }
  bool Int(int) { return true; }
  bool Uint(unsigned) { return true; }
  bool Int64(std::int64_t) { return true; }
  bool Uint64(std::uint64_t) { return true; }
  bool Double(double) { return true; }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return true; }
  bool String(const char*, rapidjson::SizeType, bool) { return true; }
  bool StartObject() { return true; }
  bool Key(const char*, rapidjson::SizeType, bool) { return true; }
  bool EndObject(rapidjson::SizeType) { return true; }
  bool StartArray() { return true; }
  bool EndArray(rapidjson::SizeType) { return true; }
};

// The names of the objects that are open, the innermost last.
class OpenNames {
 public:
  void Clear() { count_ = 0; }
  void Add(std::string_view name) {
    if (count_ == names_.size()) names_.resize(2 * count_ + 64);
    names_[count_++] = name;
  }
  // Ends an object of `count` names. False if two of them are equal.
  bool Remove(std::size_t count, RepeatedNames repeated) {
    count_ -= count;
    std::string_view* const begin = names_.data() + count_;
    return count < 2 || repeated == RepeatedNames::kAllowed || !HasRepeated(begin, begin + count);
  }
  void Trim() {
    constexpr std::size_t kKept = 1024;
    if (names_.size() > kKept) std::vector<std::string_view>().swap(names_);
  }

 private:
  std::vector<std::string_view> names_;
  std::size_t count_ = 0;
};

enum class Counting { kNames, kAll };

// Passes events on to `Tree` until a limit is reached; then `problem` is set and the parsing ends. With
// Counting::kNames it looks at names alone: for a text that is too short for so many values, and whose brackets are
// few. Requires: names stay where they are until their object ends, as they do in situ.
template <class Tree, Counting kCounting>
class JsonGuard {
 public:
  JsonGuard(Tree& tree, RepeatedNames repeated, OpenNames& names) : tree_(tree), repeated_(repeated), names_(names) {
    names_.Clear();
  }

  JsonProblem problem() const { return problem_; }

  bool Null() { return Count() && tree_.Null(); }
  bool Bool(bool value) { return Count() && tree_.Bool(value); }
  bool Int(int value) { return Count() && tree_.Int(value); }
  bool Uint(unsigned value) { return Count() && tree_.Uint(value); }
  bool Int64(std::int64_t value) { return Count() && tree_.Int64(value); }
  bool Uint64(std::uint64_t value) { return Count() && tree_.Uint64(value); }
  bool Double(double value) { return Count() && tree_.Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) {
    return Count() && tree_.RawNumber(text, size, copy);
  }
  bool String(const char* text, rapidjson::SizeType size, bool copy) {
    return Count() && tree_.String(text, size, copy);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) {
    names_.Add({text, size});
    return Count() && tree_.Key(text, size, copy);
  }
  bool StartObject() { return Open() && tree_.StartObject(); }
  bool StartArray() { return Open() && tree_.StartArray(); }
  bool EndObject(rapidjson::SizeType count) {
    if (!names_.Remove(count, repeated_)) return Fail(JsonProblem::kRepeatedName);
    Close(2 * std::size_t{count});
    return tree_.EndObject(count);
  }
  bool EndArray(rapidjson::SizeType count) {
    Close(count);
    return tree_.EndArray(count);
  }

 private:
  bool Fail(JsonProblem problem) {
    problem_ = problem;
    return false;
  }
  bool Count() {
    if constexpr (kCounting == Counting::kNames) return true;
    if (values_++ < JsonLimits::kValues && open_++ < JsonLimits::kOpenValues) [[likely]] {
      return true;
    }
    return Fail(JsonProblem::kTooManyValues);
  }
  bool Open() {
    if constexpr (kCounting == Counting::kNames) return true;
    if (depth_++ < JsonLimits::kDepth) [[likely]] {
      return Count();
    }
    return Fail(JsonProblem::kTooDeep);
  }
  void Close(std::size_t contents) {
    if constexpr (kCounting == Counting::kNames) return;
    --depth_;
    open_ -= contents;
  }

  Tree& tree_;
  const RepeatedNames repeated_;
  OpenNames& names_;
  std::size_t values_ = 0;
  std::size_t open_ = 0;
  std::size_t depth_ = 0;
  JsonProblem problem_ = JsonProblem::kNone;
};

}  // namespace dynarock
