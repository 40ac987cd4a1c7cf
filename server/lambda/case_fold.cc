#include "server/lambda/case_fold.h"

#include <algorithm>
#include <cstdint>

#include "server/lambda/case_folds.h"

namespace dynarock {
namespace {

std::uint32_t FoldOf(std::uint32_t code) {
  const auto row = std::lower_bound(kFolds.begin(), kFolds.end(), code,
                                    [](const FoldRow& entry, std::uint32_t wanted) { return entry.last < wanted; });
  if (row == kFolds.end() || code < row->first || (code - row->first) % row->step != 0) return code;
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(code) + row->distance);
}

// The length in bytes that a code point has by its first byte; 0 for a byte that begins none.
std::size_t LengthBy(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

void AppendUtf8(std::string& out, std::uint32_t code) {
  const auto append = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    append(code);
  } else if (code < 0x800) {
    append(0xC0 | code >> 6);
    append(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    append(0xE0 | code >> 12);
    append(0x80 | (code >> 6 & 0x3F));
    append(0x80 | (code & 0x3F));
  } else {
    append(0xF0 | code >> 18);
    append(0x80 | (code >> 12 & 0x3F));
    append(0x80 | (code >> 6 & 0x3F));
    append(0x80 | (code & 0x3F));
  }
}

}  // namespace

std::string FoldCase(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = LengthBy(lead);
    const std::string_view bytes = text.substr(i, std::max<std::size_t>(length, 1));
    std::uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    bool is_utf8 = length > 0 && bytes.size() == length;
    for (std::size_t k = 1; k < bytes.size() && is_utf8; ++k) {
      const auto next = static_cast<unsigned char>(bytes[k]);
      is_utf8 = (next & 0xC0) == 0x80;
      code = code << 6 | (next & 0x3FU);
    }
    if (!is_utf8) {
      folded += text[i++];
      continue;
    }
    AppendUtf8(folded, FoldOf(code));
    i += length;
  }
  return folded;
}

}  // namespace dynarock
