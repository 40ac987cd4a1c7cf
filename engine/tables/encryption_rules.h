// SSESpecification: what may be asked for, and the key that it names.
#pragma once

#include "engine/database/database.h"
#include "engine/tables/table_requests.h"

namespace dynarock {

// Errors: kValidation for members that exclude each other.
Result<void> CheckEncryption(const EncryptionRequest& request);

// nullopt: the table is encrypted with the service's own key. Requires: CheckEncryption.
std::optional<Encryption> ToEncryption(const EncryptionRequest& request, const Identity& identity);

// Errors: kValidation if the change would change nothing.
Result<void> CheckEncryptionChange(const std::optional<Encryption>& from, const EncryptionRequest& request,
                                   const std::optional<Encryption>& to);

}  // namespace dynarock
