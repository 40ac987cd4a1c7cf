// What a function prints: whole lines for the log, the last bytes for the caller.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace dynarock {

// Thread-safe. Takes memory for one line at most, and time for each byte once.
class PrintedLines {
 public:
  static constexpr std::size_t kTail = 4096;              // bytes, as Lambda's LogResult
  static constexpr std::size_t kLongestLine = 64 * 1024;  // bytes; longer ones are cut into lines of this size

  // `line` is called for each line, without its end.
  explicit PrintedLines(std::function<void(std::string_view)> line) : line_(std::move(line)) {}

  void Add(std::string_view text);
  // Passes on a line that has no end yet.
  void Finish();

  // Begins the tail anew with `text`.
  void BeginTail(std::string text);
  // The end of what was printed since, with `text` after it.
  std::string TailWith(std::string_view text) const;

 private:
  const std::function<void(std::string_view)> line_;
  mutable std::mutex mutex_;
  std::string tail_;
  std::string unfinished_;
};

}  // namespace dynarock
