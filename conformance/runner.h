// Plays case files against a target and keeps the score.
#pragma once

#include <chrono>
#include <iosfwd>
#include <map>

#include "conformance/case_file.h"
#include "conformance/target.h"
#include "conformance/variables.h"

namespace dynarock::conformance {

struct Score {
  int passed = 0;
  int failed = 0;
  int skipped = 0;  // the target's clock cannot be moved
};

struct RunOptions {
  Wording wording = Wording::kCurrent;
  // How long a read that is not as expected is asked again: an endpoint may be eventually consistent.
  std::chrono::milliseconds patience{0};
};

class Runner {
 public:
  // Failed cases are told on `out`.
  Runner(Target& target, RunOptions options, std::ostream& out) : target_(target), options_(options), out_(out) {}

  // Plays all cases of the file, then deletes its tables. A failed set-up fails them all.
  void Run(const CaseFile& file);

  // The table of families and the line "N passed, M failed".
  void PrintScore() const;

  bool all_passed() const;

 private:
  enum class Outcome { kPassed, kFailed, kSkipped };
  Outcome Play(const CaseFile& file, const Case& one, Variables& variables);
  void Report(const CaseFile& file, const Case& one, const Exchange& exchange, const std::string& request,
              const Answer& answer, const std::string& problem);
  // What is wrong with the reply; "" if nothing.
  std::string Try(const Exchange& exchange, Variables& variables, std::string& request, Answer& answer);
  std::string Compare(const Exchange& exchange, const Answer& answer, Variables& variables) const;
  void WaitForTable(std::string_view operation, const std::string& request);
  void DeleteTables(const Variables& variables);

  Target& target_;
  const RunOptions options_;
  std::ostream& out_;
  std::map<std::string, Score> scores_;
  std::chrono::milliseconds clock_shift_{0};  // how far the target's clock has been moved, for $epoch
};

}  // namespace dynarock::conformance
