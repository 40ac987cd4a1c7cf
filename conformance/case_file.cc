#include "conformance/case_file.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "engine/base/ascii.h"
#include "engine/base/joined.h"

namespace dynarock::conformance {
namespace {

std::string_view Trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// The first word of `text`, which loses it.
std::string_view TakeWord(std::string_view& text) {
  text = Trim(text);
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text = Trim(text.substr(end));
  return word;
}

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// A line with those that continue it.
struct LogicalLine {
  int number = 0;
  std::vector<std::string> parts;

  std::string Joined() const { return dynarock::Joined(parts, " "); }
};

class Parser {
 public:
  explicit Parser(const std::string& path) {
    file_.path = path;
    file_.family = std::filesystem::path(path).parent_path().filename().string();
  }

  CaseFile Parse(std::string_view text) {
    for (const LogicalLine& line : Split(text)) {
      line_ = line.number;
      TakeLine(line);
    }
    line_ = 1;
    if (file_.source.empty()) Fail("a case file needs a line `# Source: ...`");
    if (file_.cases.empty()) Fail("no case: a case starts with `## title`");
    for (const Case& one : file_.cases) {
      line_ = one.line;
      if (one.exchanges.empty()) Fail("the case has no request");
    }
    return std::move(file_);
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const {
    throw CaseError(file_.path + ":" + std::to_string(line_) + ": " + what);
  }

  std::vector<LogicalLine> Split(std::string_view text) {
    std::vector<LogicalLine> lines;
    int number = 0;
    bool can_continue = false;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      line_ = ++number;
      const std::string_view content = Trim(line);
      if (content.empty()) {
        can_continue = false;
        continue;
      }
      const bool continues = line[0] == ' ' || line[0] == '\t';
      if (continues && !can_continue) Fail("nothing to continue");
      if (!continues) lines.push_back({number, {}});
      lines.back().parts.emplace_back(content);
      can_continue = content[0] != '#';
    }
    return lines;
  }

  void TakeLine(const LogicalLine& line) {
    const std::string text = line.Joined();
    if (StartsWith(text, "##")) {
      TakeTitle(Trim(std::string_view(text).substr(2)));
    } else if (text[0] == '#') {
      const std::string_view comment = Trim(std::string_view(text).substr(1));
      constexpr std::string_view kSource = "Source:";
      if (StartsWith(comment, kSource)) file_.source = Trim(comment.substr(kSource.size()));
    } else if (IsAsciiDigit(text[0])) {
      TakeExpectation(text);
    } else if (StartsWith(text, "Clock ")) {
      TakeClock(Trim(std::string_view(text).substr(6)));
    } else if (StartsWith(text, "Table ")) {
      TakeTable(line);
    } else {
      TakeRequest(text);
    }
  }

  Case& Current() { return file_.cases.empty() ? file_.set_up : file_.cases.back(); }

  void TakeTitle(std::string_view title) {
    if (title.empty()) Fail("the case has no title");
    if (!titles_.insert(std::string(title)).second) Fail("two cases of this title");
    file_.cases.push_back({line_, std::string(title), {}});
  }

  void TakeTable(const LogicalLine& line) {
    std::vector<std::string> parts = line.parts;
    parts[0].erase(0, 6);
    try {
      Current().exchanges.push_back({line_, "CreateTable", CreateTableBody(parts), {}, {}});
    } catch (const std::invalid_argument& error) {
      Fail(error.what());
    }
  }

  // "+4h": also d, m, s and ms.
  void TakeClock(std::string_view text) {
    static const std::map<std::string_view, std::int64_t> kUnits = {
        {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [unit, error] = std::from_chars(text.data() + std::min<std::size_t>(1, text.size()), end, number);
    const auto found = kUnits.find(std::string_view(unit, static_cast<std::size_t>(end - unit)));
    if (!StartsWith(text, "+") || error != std::errc() || number <= 0 || found == kUnits.end()) {
      Fail("a clock is moved by `Clock +4h`; units are d, h, m, s, ms");
    }
    Exchange exchange{line_, "Clock", std::string(text), {}, {}};
    exchange.clock = std::chrono::milliseconds(number * found->second);
    Current().exchanges.push_back(std::move(exchange));
  }

  void TakeRequest(std::string_view text) {
    const std::string operation(TakeWord(text));
    if (!std::isupper(static_cast<unsigned char>(operation[0]))) Fail("neither a request nor a reply: " + operation);
    Current().exchanges.push_back({line_, operation, std::string(text), {}, {}});
  }

  void TakeExpectation(std::string_view text) {
    if (Current().exchanges.empty()) Fail("a reply without a request");
    Expectation expected;
    expected.line = line_;
    const std::string status(TakeWord(text));
    if (status.size() != 3) Fail("no HTTP status: " + status);
    expected.status = std::stoi(status);
    TakeWording(text, expected);
    if (StartsWith(text, "{")) {
      if (expected.is_enveloped) Fail("`enveloped` needs an error's name and message");
      expected.json = text;
    } else {
      TakeError(text, expected);
    }
    Current().exchanges.back().expected.push_back(std::move(expected));
  }

  static void TakeWording(std::string_view& text, Expectation& expected) {
    std::string_view rest = text;
    const std::string_view word = TakeWord(rest);
    if (const auto wording = WordingOf(word)) {
      expected.wording = wording;
    } else if (word == "enveloped") {
      expected.is_enveloped = true;
    } else {
      return;
    }
    text = rest;
  }

  void TakeError(std::string_view text, Expectation& expected) {
    std::string_view name = TakeWord(text);
    const bool has_message = !name.empty() && name.back() == ':';
    if (has_message) name.remove_suffix(1);
    if (name.empty() || !std::isupper(static_cast<unsigned char>(name[0]))) Fail("no reply: give JSON or an error");
    if (!has_message && !text.empty()) Fail("a message stands behind `ErrorName: `");
    expected.error_name = name;
    if (has_message) expected.message = text;
  }

  CaseFile file_;
  int line_ = 0;
  std::set<std::string> titles_;
};

// One index or table of the short form.
struct ShortSchema {
  std::string key_schema;  // JSON
  std::vector<std::string> rest;
};

// Reads "name:T" words into a key schema, and their definitions into `definitions`.
ShortSchema ReadKeys(std::string_view text, std::vector<std::string>& definitions) {
  ShortSchema schema;
  for (std::string_view word = TakeWord(text); !word.empty(); word = TakeWord(text)) {
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos) {
      schema.rest.emplace_back(word);
      continue;
    }
    const std::string name(word.substr(0, colon)), type(word.substr(colon + 1));
    const std::string key_type = schema.key_schema.empty() ? "HASH" : "RANGE";
    AppendListed(schema.key_schema, R"({"AttributeName":")" + name + R"(","KeyType":")" + key_type + R"("})", ",");
    const std::string definition = R"({"AttributeName":")" + name + R"(","AttributeType":")" + type + R"("})";
    if (std::find(definitions.begin(), definitions.end(), definition) == definitions.end()) {
      definitions.push_back(definition);
    }
  }
  return schema;
}

std::string IndexBody(std::string_view line, std::vector<std::string>& definitions) {
  const std::string name(TakeWord(line));
  const ShortSchema schema = ReadKeys(line, definitions);
  if (schema.rest.empty()) throw std::invalid_argument("the index has no projection: ALL, KEYS_ONLY or INCLUDE a b");
  std::vector<std::string> included;
  for (std::size_t i = 1; i < schema.rest.size(); ++i) included.push_back('"' + schema.rest[i] + '"');
  return R"({"IndexName":")" + name + R"(","KeySchema":[)" + schema.key_schema +
         R"(],"Projection":{"ProjectionType":")" + schema.rest[0] + '"' +
         (included.empty() ? "" : R"(,"NonKeyAttributes":[)" + Joined(included, ",") + "]") + "}}";
}

}  // namespace

CaseFile ParseCaseFile(const std::string& path, std::string_view text) {
  return Parser(path).Parse(text);
}

CaseFile ReadCaseFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw CaseError(path + ": cannot be read");
  return ParseCaseFile(path, text.str());
}

std::string CreateTableBody(const std::vector<std::string>& lines) {
  std::vector<std::string> definitions, local, global;
  std::string stream;
  std::string_view first = lines.at(0);
  const std::string name(TakeWord(first));
  const ShortSchema table = ReadKeys(first, definitions);
  if (table.key_schema.empty() || !table.rest.empty()) throw std::invalid_argument("a table is `Table $t pk:S sk:N`");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::string_view line = lines[i];
    const std::string_view kind = TakeWord(line);
    if (kind == "stream") {
      stream = TakeWord(line);
      continue;
    }
    if (kind != "gsi" && kind != "lsi")
      throw std::invalid_argument("below a table stands `gsi name key:S ALL`, `lsi ...` or `stream VIEW_TYPE`");
    (kind == "gsi" ? global : local).push_back(IndexBody(line, definitions));
  }
  std::string body = R"({"TableName":")" + name + R"(","BillingMode":"PAY_PER_REQUEST","KeySchema":[)" +
                     table.key_schema + R"(],"AttributeDefinitions":[)" + Joined(definitions, ",") + "]";
  if (!local.empty()) body += R"(,"LocalSecondaryIndexes":[)" + Joined(local, ",") + "]";
  if (!global.empty()) body += R"(,"GlobalSecondaryIndexes":[)" + Joined(global, ",") + "]";
  if (!stream.empty()) body += R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":")" + stream + R"("})";
  return body + "}";
}

}  // namespace dynarock::conformance
