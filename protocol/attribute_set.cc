#include "protocol/attribute_set.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/base64.h"
#include "engine/base/errors.h"
#include "engine/item/number.h"
#include "engine/item/value.h"
#include "protocol/type_check.h"

namespace dynarock {
namespace {

// A set's elements in the order of the document, as their bytes are kept; nulls do not count.
class SetElements {
 public:
  // Errors: an element that is not a text, or not Base64 in a binary set; what is wrong with a number.
  // Requires: a list.
  std::optional<ApiError> Decode(Type type, const Json& list) {
    std::vector<std::size_t> ends;  // in bytes_, which moves while it grows
    if (type != Type::kStringSet) ends.reserve(list.Size());
    views_.reserve(list.Size());
    for (const Json& element : list.GetArray()) {
      if (element.IsNull()) continue;
      if (!element.IsString()) return NotOfItsType();
      const std::string_view text = TextOf(element);
      if (type == Type::kStringSet) {
        views_.push_back(text);
      } else if (type == Type::kBinarySet) {
        if (!IsBase64(text)) return NotOfItsType();
        bytes_ += DecodeBase64(text);
        ends.push_back(bytes_.size());
      } else if (const NumberProblem problem = AppendNumber(bytes_, text); problem == NumberProblem::kNone) {
        ends.push_back(bytes_.size());
      } else {
        return NumberError(problem, text);
      }
    }
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      views_.push_back(std::string_view(bytes_).substr(begin, end - begin));
      begin = end;
    }
    return std::nullopt;
  }

  std::vector<std::string_view>& views() { return views_; }

 private:
  std::string bytes_;  // of numbers and binaries, which are made here
  std::vector<std::string_view> views_;
};

// The elements of a list in an error, "[a, b]". Past kLongest bytes the others are left out; that is ours, not AWS's.
class ShownList {
 public:
  explicit ShownList(std::string_view separator) : separator_(separator) {}

  bool is_full() const { return text_.size() > kLongest; }
  void Add(std::string_view text, std::string_view quote = "") {
    if (is_full()) return;
    if (text_.size() > 1) text_ += separator_;
    (text_ += quote).append(text).append(quote);
    if (is_full()) (text_ += separator_) += "...";
  }
  std::string Finish() && { return std::move(text_ += ']'); }

 private:
  static constexpr std::size_t kLongest = 64 * 1024;

  const std::string_view separator_;
  std::string text_ = "[";
};

std::string TextsOf(const Json& list) {
  ShownList shown(", ");
  for (const Json& element : list.GetArray()) {
    if (!element.IsNull()) shown.Add(TextOf(element));
  }
  return std::move(shown).Finish();
}

// As the newer layer of checks shows the set: in byte order up to the first that is there twice, quoted.
std::string Quoted(Type type, const std::vector<std::string_view>& elements) {
  std::vector<std::pair<std::string_view, std::size_t>> sorted;
  sorted.reserve(elements.size());
  for (const std::string_view element : elements) sorted.emplace_back(element, sorted.size());
  std::sort(sorted.begin(), sorted.end());
  std::size_t first_repeated = elements.size();
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].first == sorted[i - 1].first) first_repeated = std::min(first_repeated, sorted[i].second);
  }
  ShownList shown(type == Type::kBinarySet ? "," : ", ");
  const auto show = [&](std::string_view bytes) {
    std::string text;
    if (type == Type::kBinarySet) AppendBase64(text, bytes);
    shown.Add(type == Type::kBinarySet ? text : bytes, "\"");
  };
  for (const auto& [bytes, place] : sorted) {
    if (place < first_repeated && !shown.is_full()) show(bytes);
  }
  for (std::size_t i = first_repeated; i < elements.size() && !shown.is_full(); ++i) show(elements[i]);
  return std::move(shown).Finish();
}

ApiError EmptySet(Type type) {
  if (type == Type::kNumberSet) return InvalidRequestParameter("An number set  may not be empty");
  return WithFacts(InvalidRequestParameter(type == Type::kStringSet ? "An string set  may not be empty"
                                                                    : "Binary sets should not be empty"),
                   {.detail = ErrorDetail::kEmptySet});
}

ApiError Duplicates(Type type, const Json& list) {
  if (type == Type::kNumberSet) {
    return WithFacts(InvalidRequestParameter("Input collection contains duplicates."),
                     {.detail = ErrorDetail::kDuplicateNumbers});
  }
  const bool is_binary = type == Type::kBinarySet;
  SetElements elements;
  elements.Decode(type, list);
  return WithFacts(
      InvalidRequestParameter("Input collection " + Quoted(type, elements.views()) +
                              (is_binary ? "of type BS contains duplicates." : " contains duplicates.")),
      {.detail = is_binary ? ErrorDetail::kDuplicateBinaries : ErrorDetail::kDuplicateTexts, .value = TextsOf(list)});
}

}  // namespace

[[gnu::cold]] ApiError NotOfItsType() {
  return {ErrorCode::kSerialization, "", {}};
}

bool IsBase64(std::string_view text) {
  return FindBase64Fault(text) == Base64Fault::kNone;
}

std::optional<ApiError> DecodeSet(Type type, const Json& list, std::string& out) {
  if (!list.IsArray()) return NotOfItsType();
  if (list.Empty()) return EmptySet(type);
  SetElements decoded;
  if (auto error = decoded.Decode(type, list)) return error;
  std::vector<std::string_view>& elements = decoded.views();
  if (elements.empty()) return EmptySet(type);  // of nulls only
  const std::size_t given = elements.size();
  const std::size_t start = out.size();
  AppendSet(out, type, elements);
  if (elements.size() == given) return std::nullopt;
  out.resize(start);
  return Duplicates(type, list);
}

}  // namespace dynarock
