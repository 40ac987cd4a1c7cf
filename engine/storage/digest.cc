#include "engine/storage/digest.h"

#include <openssl/evp.h>

namespace dynarock {

std::string Sha256(std::string_view bytes) {
  constexpr std::size_t kSize = 32;
  std::string digest(kSize, '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(),
             nullptr);
  return digest;
}

}  // namespace dynarock
