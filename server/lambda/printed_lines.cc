#include "server/lambda/printed_lines.h"

#include <algorithm>

namespace dynarock {
namespace {

void KeepTail(std::string& text) {
  if (text.size() > PrintedLines::kTail) text.erase(0, text.size() - PrintedLines::kTail);
}

}  // namespace

void PrintedLines::Add(std::string_view text) {
  const std::lock_guard lock(mutex_);
  tail_ += text.substr(text.size() - std::min(text.size(), kTail));
  KeepTail(tail_);
  while (!text.empty()) {
    const std::size_t room = kLongestLine - unfinished_.size();
    const std::size_t end = text.substr(0, room).find('\n');
    unfinished_ += text.substr(0, std::min(end, room));
    const bool is_whole = end != std::string_view::npos;
    text.remove_prefix(is_whole ? end + 1 : std::min(room, text.size()));
    if (!is_whole && unfinished_.size() < kLongestLine) continue;
    line_(unfinished_);
    unfinished_.clear();
  }
}

void PrintedLines::Finish() {
  const std::lock_guard lock(mutex_);
  if (!unfinished_.empty()) line_(unfinished_);
  unfinished_.clear();
}

void PrintedLines::BeginTail(std::string text) {
  const std::lock_guard lock(mutex_);
  tail_ = std::move(text);
}

std::string PrintedLines::TailWith(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  std::string tail = tail_;
  tail += text;
  KeepTail(tail);
  return tail;
}

}  // namespace dynarock
