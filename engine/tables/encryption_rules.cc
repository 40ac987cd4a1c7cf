#include "engine/tables/encryption_rules.h"

#include "engine/base/uuid.h"
#include "engine/storage/digest.h"
#include "engine/tables/index_rules.h"

namespace dynarock {
namespace {

constexpr std::string_view kServiceKey = "alias/aws/dynamodb";

// Keys have no service here: an alias stands for a key whose id is made of its name, so that it is always the same.
std::string KeyIdOf(std::string_view alias) {
  return UuidText(Sha256(alias));
}

bool IsEnabled(const EncryptionRequest& request) {
  return request.enabled.value_or(request.type.has_value());
}

}  // namespace

Result<void> CheckEncryption(const EncryptionRequest& request) {
  if (request.enabled == false) {
    if (request.type) return InvalidParameter("SSEType can not be specified if Enabled is false");
    if (request.key_id) return InvalidParameter("KMSMasterKeyId can not be specified if Enabled is false");
  }
  if (request.key_id && !request.type)
    return InvalidParameter("SSEType KMS is required if KMSMasterKeyId is specified");
  if (request.type == "AES256") return InvalidParameter("SSEType AES256 is not supported");
  return {};
}

std::optional<Encryption> ToEncryption(const EncryptionRequest& request, const Identity& identity) {
  if (!IsEnabled(request)) return std::nullopt;
  const std::string_view id = request.key_id.value_or(kServiceKey);
  const std::size_t alias = id.find("alias/");
  if (id.substr(0, 4) == "arn:" && alias == std::string_view::npos) return Encryption{std::string(id)};
  const std::string key_id = alias == std::string_view::npos ? std::string(id) : KeyIdOf(id.substr(alias));
  return Encryption{"arn:aws:kms:" + identity.region + ":" + identity.account_id + ":key/" + key_id};
}

Result<void> CheckEncryptionChange(const std::optional<Encryption>& from, const EncryptionRequest& request,
                                   const std::optional<Encryption>& to) {
  if (!from && !to) return InvalidParameter("Table is already encrypted by default");
  if (from && to && request.key_id == from->key_arn) {
    return InvalidParameter(
        "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change "
        "Master Key");
  }
  return {};
}

}  // namespace dynarock
