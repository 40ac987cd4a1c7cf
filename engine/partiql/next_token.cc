#include "engine/partiql/next_token.h"

#include "engine/partiql/statement_errors.h"
#include "engine/storage/digest.h"

namespace dynarock::partiql {
namespace {

// The first byte of a token is the version of its form.
constexpr char kVersion = 1;
constexpr std::size_t kDigestSize = 16;

std::string DigestOf(const StatementRequest& request, const ReadTarget& target) {
  std::string text = target.RowPrefix();
  text += request.statement;
  for (const EncodedValue& parameter : request.parameters) {
    text.push_back('\0');
    text += parameter.bytes;
  }
  return Sha256(text).substr(0, kDigestSize);
}

}  // namespace

std::string MakeNextToken(const StatementRequest& request, const ReadTarget& target, std::string_view row_key) {
  return kVersion + DigestOf(request, target) + std::string(row_key);
}

Result<std::string> RowKeyOfToken(const StatementRequest& request, const ReadTarget& target, std::string_view token) {
  if (token.size() <= 1 + kDigestSize || token[0] != kVersion) return errors::InvalidNextToken();
  if (token.substr(1, kDigestSize) != DigestOf(request, target)) {
    return errors::NextTokenOfAnotherRequest();
  }
  return std::string(token.substr(1 + kDigestSize));
}

}  // namespace dynarock::partiql
