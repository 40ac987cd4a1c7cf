#include "conformance/runner.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <random>
#include <sstream>
#include <thread>

#include "conformance/stream_walk.h"
#include "engine/base/hex.h"

namespace dynarock::conformance {
namespace {

using Document = rapidjson::Document;

constexpr std::size_t kShownCharacters = 2000;

std::string Shortened(const std::string& text) {
  if (text.size() <= kShownCharacters) return text;
  return text.substr(0, kShownCharacters) + "... (" + std::to_string(text.size()) + " bytes)";
}

// Fresh for each file and each run, so that runs against one endpoint do not meet.
std::string NewPrefix() {
  std::random_device random;
  const auto number = random();
  return "conf-" + LowerHex({reinterpret_cast<const char*>(&number), sizeof number}) + "-";
}

// The constraints of "N validation errors detected: a; b"; empty for any other message.
std::vector<std::string> ConstraintsOf(const std::string& message) {
  constexpr std::string_view kIntroduction = " validation errors detected: ";
  std::vector<std::string> constraints;
  const std::size_t at = message.find(kIntroduction);
  if (at == std::string::npos) return constraints;
  constraints.push_back(message.substr(0, at));
  for (std::size_t begin = at + kIntroduction.size(); begin != std::string::npos;) {
    const std::size_t end = message.find("; ", begin);
    constraints.push_back(message.substr(begin, end == std::string::npos ? end : end - begin));
    begin = end == std::string::npos ? end : end + 2;
  }
  return constraints;
}

// AWS does not promise an order for several broken constraints.
bool MatchesMessage(const std::string& pattern, const std::string& message) {
  if (MatchesText(pattern, message)) return true;
  const std::vector<std::string> wanted = ConstraintsOf(pattern);
  std::vector<std::string> told = ConstraintsOf(message);
  if (wanted.empty() || wanted.size() != told.size() || wanted[0] != told[0]) return false;
  for (const std::string& constraint : wanted) {
    const auto found =
        std::find_if(told.begin(), told.end(), [&](const std::string& one) { return MatchesText(constraint, one); });
    if (found == told.end()) return false;
    told.erase(found);
  }
  return true;
}

// How well an expectation suits a run: 0 not at all, else the best one counts. DynamoDB Local's wording is the classic
// one where nothing else is said.
int RankOf(const Expectation& expected, Wording wording) {
  if (expected.wording == wording) return 3;
  if (!expected.wording) return 2;
  return wording == Wording::kLocal && expected.wording == Wording::kClassic ? 1 : 0;
}

// Null if the exchange expects nothing in this wording.
const Expectation* FindExpectation(const Exchange& exchange, Wording wording) {
  const Expectation* best = nullptr;
  for (const Expectation& one : exchange.expected) {
    if (RankOf(one, wording) > (best ? RankOf(*best, wording) : 0)) best = &one;
  }
  return best;
}

std::optional<std::string> MismatchOfError(const Expectation& expected, const Json& reply, Wording wording,
                                           const Variables& variables) {
  const auto text_of = [&](const char* name) -> std::optional<std::string> {
    const Json* member = reply.IsObject() ? FindField(reply, name) : nullptr;
    if (!member || !member->IsString()) return std::nullopt;
    return std::string(TextOf(*member));
  };
  const std::string type = text_of("__type").value_or("");
  if (type.substr(type.find('#') + 1) != expected.error_name) return "the error is " + type;
  if (!expected.message) return std::nullopt;
  const std::string envelope =
      expected.is_enveloped && wording == Wording::kCurrent ? "1 validation error detected: " : "";
  const std::string pattern = envelope + variables.Expand(*expected.message);
  const auto lower = text_of("message");
  const auto message = lower ? lower : text_of("Message");
  if (!MatchesMessage(pattern, message.value_or(""))) return "the message is not `" + pattern + "`";
  if (reply.MemberCount() != (message ? 2U : 1U)) return "the error has members that are not expected";
  return std::nullopt;
}

std::string ExpectedText(const Expectation& expected) {
  std::string text = std::to_string(expected.status) + " ";
  if (expected.is_enveloped) text += "enveloped ";
  if (!expected.json.empty()) return text + expected.json;
  return text + expected.error_name + (expected.message ? ": " + *expected.message : "");
}

bool IsRead(std::string_view operation) {
  return operation == "Query" || operation == "Scan" || operation == "GetItem" || operation == "ListTables" ||
         operation == kReadStream;
}

}  // namespace

void Runner::Run(const CaseFile& file) {
  Variables variables(NewPrefix());
  Score& score = scores_[file.family];
  const auto count = [&](Outcome outcome, int cases) {
    (outcome == Outcome::kPassed ? score.passed : outcome == Outcome::kFailed ? score.failed : score.skipped) += cases;
  };
  const Outcome set_up = Play(file, file.set_up, variables);
  if (set_up == Outcome::kPassed) {
    for (const Case& one : file.cases) count(Play(file, one, variables), 1);
  } else {
    count(set_up, static_cast<int>(file.cases.size()));
  }
  DeleteTables(variables);
}

Runner::Outcome Runner::Play(const CaseFile& file, const Case& one, Variables& variables) {
  for (const Exchange& exchange : one.exchanges) {
    if (exchange.clock.count() > 0) {
      if (!target_.AdvanceClock(exchange.clock)) return Outcome::kSkipped;
      clock_shift_ += exchange.clock;
      continue;
    }
    std::string request;
    Answer answer;
    const std::string problem = Try(exchange, variables, request, answer);
    if (problem.empty()) continue;
    Report(file, one, exchange, request, answer, problem);
    return Outcome::kFailed;
  }
  return Outcome::kPassed;
}

void Runner::Report(const CaseFile& file, const Case& one, const Exchange& exchange, const std::string& request,
                    const Answer& answer, const std::string& problem) {
  out_ << "FAILED " << file.path << ':' << exchange.line << ": " << (one.title.empty() ? "set-up" : one.title)
       << "\n  request:  " << exchange.operation << ' ' << Shortened(request) << '\n';
  if (const Expectation* expected = FindExpectation(exchange, options_.wording)) {
    out_ << "  expected: " << Shortened(ExpectedText(*expected)) << '\n';
  }
  out_ << "  got:      " << answer.status << ' ' << Shortened(answer.body) << "\n  because:  " << Shortened(problem)
       << std::endl;
}

std::string Runner::Try(const Exchange& exchange, Variables& variables, std::string& request, Answer& answer) {
  try {
    const auto now = std::chrono::system_clock::now().time_since_epoch() + clock_shift_;
    variables.set_clock(std::chrono::duration_cast<std::chrono::seconds>(now).count());
    request = variables.Expand(exchange.body);
    const auto give_up = std::chrono::steady_clock::now() + options_.patience;
    std::string problem;
    for (;;) {
      answer =
          exchange.operation == kReadStream ? ReadStream(target_, request) : target_.Call(exchange.operation, request);
      problem = Compare(exchange, answer, variables);
      if (problem.empty() || !IsRead(exchange.operation) || std::chrono::steady_clock::now() >= give_up) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    if (problem.empty() && answer.status == 200) WaitForTable(exchange.operation, request);
    return problem;
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::string Runner::Compare(const Exchange& exchange, const Answer& answer, Variables& variables) const {
  Document reply;
  // Some operations answer without a body.
  if (!ParseJson(answer.body.empty() ? "{}" : answer.body, reply)) return "the reply is no JSON";
  const Expectation* expected = FindExpectation(exchange, options_.wording);
  if (!expected) return exchange.expected.empty() && answer.status != 200 ? "the status is not 200" : "";
  if (answer.status != expected->status) return "the status is not " + std::to_string(expected->status);
  std::optional<std::string> mismatch;
  if (expected->json.empty()) {
    mismatch = MismatchOfError(*expected, reply, options_.wording, variables);
  } else {
    Document pattern;
    if (!ParseJson(variables.Expand(expected->json), pattern)) {
      return "line " + std::to_string(expected->line) + ": the expected reply is no JSON";
    }
    mismatch = FindMismatch(pattern, reply, variables.captures());
  }
  return mismatch.value_or("");
}

// A new table is used when it is ACTIVE, and a deleted one is gone before its name is used again.
void Runner::WaitForTable(std::string_view operation, const std::string& request) {
  if (operation != "CreateTable" && operation != "DeleteTable") return;
  Document document;
  if (!ParseJson(request, document) || !FindField(document, "TableName")) return;
  const std::string body = R"({"TableName":)" + JsonText(*FindField(document, "TableName")) + "}";
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  while (std::chrono::steady_clock::now() < give_up) {
    const Answer answer = target_.Call("DescribeTable", body);
    const bool is_active = answer.body.find(R"("TableStatus":"ACTIVE")") != std::string::npos;
    if (operation == "DeleteTable" ? answer.status != 200 : is_active) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  throw std::runtime_error("the table does not become ready");
}

void Runner::DeleteTables(const Variables& variables) {
  try {
    const std::string before = variables.TableName('A');
    const std::string body = R"({"Limit":26,"ExclusiveStartTableName":")" + before + "\"}";
    Document document;
    if (!ParseJson(target_.Call("ListTables", body).body, document) || !document.HasMember("TableNames")) return;
    for (const Json& name : document["TableNames"].GetArray()) {
      if (TextOf(name).substr(0, before.size() - 1) != before.substr(0, before.size() - 1)) continue;
      target_.Call("DeleteTable", R"({"TableName":)" + JsonText(name) + "}");
    }
  } catch (const std::exception& error) {
    out_ << "tables are left behind: " << error.what() << '\n';
  }
}

void Runner::PrintScore() const {
  Score total;
  out_ << std::left << std::setw(20) << "family" << std::right << std::setw(8) << "passed" << std::setw(8) << "failed"
       << '\n';
  for (const auto& [family, score] : scores_) {
    out_ << std::left << std::setw(20) << family << std::right << std::setw(8) << score.passed << std::setw(8)
         << score.failed << '\n';
    total.passed += score.passed;
    total.failed += score.failed;
    total.skipped += score.skipped;
  }
  out_ << total.passed << " passed, " << total.failed << " failed";
  if (total.skipped > 0) out_ << ", " << total.skipped << " skipped: they move the clock";
  out_ << std::endl;
}

bool Runner::all_passed() const {
  for (const auto& entry : scores_) {
    if (entry.second.failed > 0) return false;
  }
  return true;
}

}  // namespace dynarock::conformance
