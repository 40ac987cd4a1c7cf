// What stands behind `$` in a case: table names, captured values and generators of long text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "conformance/json_match.h"

namespace dynarock::conformance {

// The variables of one case file.
class Variables {
 public:
  // `prefix` starts the names of the file's tables.
  explicit Variables(std::string prefix) : prefix_(std::move(prefix)) {}

  // `text` with its variables and generators replaced:
  //   $t                 a single small letter: a table name of this file
  //   "$name"            with its quotes: the captured JSON
  //   $name              elsewhere: the characters of the captured string
  //   $repeat(text,3)    texttexttext
  //   $list(a%,3)        a1,a2,a3
  //   $epoch(-60)        seconds since 1970 of a minute ago, by the target's clock
  // Errors: CaseError for a name that nothing has captured, and for a generator without end.
  std::string Expand(std::string_view text) const;

  // What $epoch counts from.
  void set_clock(std::int64_t seconds) { clock_seconds_ = seconds; }

  std::string TableName(char letter) const { return prefix_ + letter; }
  Captures& captures() { return captures_; }

 private:
  std::string Generate(std::string_view& text, bool is_list) const;
  std::string Epoch(std::string_view& text) const;
  void AppendVariable(std::string_view name, std::string_view& rest, std::string& out) const;

  std::string prefix_;
  Captures captures_;
  std::int64_t clock_seconds_ = 0;
};

}  // namespace dynarock::conformance
