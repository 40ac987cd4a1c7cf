#include "conformance/variables.h"

#include <cctype>

#include "conformance/case_file.h"
#include "engine/base/ascii.h"

namespace dynarock::conformance {
namespace {

constexpr std::string_view kRepeat = "$repeat(";
constexpr std::string_view kList = "$list(";
constexpr std::string_view kEpoch = "$epoch(";

bool IsNameLetter(char c) {
  return IsAsciiLetterOrDigit(c) || c == '_';
}

std::string_view NameAt(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && IsNameLetter(text[end])) ++end;
  return text.substr(0, end);
}

// Patterns of json_match, which stand as they are.
bool IsPattern(std::string_view name) {
  return name == "any" || name == "number" || name == "absent" || name == "any_order";
}

std::string WithNumber(std::string_view text, int number) {
  std::string result;
  for (const char c : text) result += c == '%' ? std::to_string(number) : std::string(1, c);
  return result;
}

}  // namespace

std::string Variables::Expand(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.substr(0, kRepeat.size()) == kRepeat || text.substr(0, kList.size()) == kList) {
      out += Generate(text, text.substr(0, kList.size()) == kList);
      continue;
    }
    if (text.substr(0, kEpoch.size()) == kEpoch) {
      out += Epoch(text);
      continue;
    }
    const bool is_capture = text.substr(0, 2) == "$$";
    const std::size_t sigil = is_capture ? 2 : 1;
    const std::string_view name = NameAt(text.substr(sigil));
    if (is_capture || name.empty() || IsPattern(name)) {
      out += text.substr(0, sigil + name.size());
      text.remove_prefix(sigil + name.size());
    } else {
      text.remove_prefix(sigil + name.size());
      AppendVariable(name, text, out);
    }
  }
  return out;
}

// Takes "$repeat(text,N)" or "$list(text,N)"; the first ",N)" ends it, so the text may have commas and parentheses.
std::string Variables::Generate(std::string_view& text, bool is_list) const {
  const std::size_t begin = is_list ? kList.size() : kRepeat.size();
  for (std::size_t comma = text.find(',', begin); comma != std::string_view::npos; comma = text.find(',', comma + 1)) {
    std::size_t end = comma + 1;
    while (end < text.size() && IsAsciiDigit(text[end])) ++end;
    if (end == comma + 1 || end >= text.size() || text[end] != ')') continue;
    const int count = std::stoi(std::string(text.substr(comma + 1, end - comma - 1)));
    const std::string piece = Expand(text.substr(begin, comma - begin));
    std::string result;
    for (int i = 1; i <= count; ++i) result += is_list ? (i > 1 ? "," : "") + WithNumber(piece, i) : piece;
    text.remove_prefix(end + 1);
    return result;
  }
  throw CaseError("a generator ends with `,NUMBER)`: " + std::string(text.substr(0, 40)));
}

// Takes "$epoch(-60)".
std::string Variables::Epoch(std::string_view& text) const {
  const std::size_t end = text.find(')');
  if (end == std::string_view::npos) throw CaseError("$epoch ends with `)`: " + std::string(text.substr(0, 40)));
  const std::string offset(text.substr(kEpoch.size(), end - kEpoch.size()));
  text.remove_prefix(end + 1);
  return std::to_string(clock_seconds_ + std::stoll(offset));
}

void Variables::AppendVariable(std::string_view name, std::string_view& rest, std::string& out) const {
  if (name.size() == 1 && std::islower(static_cast<unsigned char>(name[0]))) {
    out += TableName(name[0]);
    return;
  }
  const auto captured = captures_.find(std::string(name));
  if (captured == captures_.end()) throw CaseError("nothing has captured $" + std::string(name));
  const std::string& json = captured->second;
  if (!out.empty() && out.back() == '"' && !rest.empty() && rest[0] == '"') {
    out.pop_back();
    rest.remove_prefix(1);
    out += json;
  } else {
    const bool is_string = json.size() >= 2 && json[0] == '"';
    out += is_string ? json.substr(1, json.size() - 2) : json;
  }
}

}  // namespace dynarock::conformance
