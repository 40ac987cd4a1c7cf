// X.509 certificates of our own making: an authority that can only vouch for names that we answer for, and the
// certificates that it signs.
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "server/host_name.h"

namespace dynarock {

using KeyPtr = std::shared_ptr<EVP_PKEY>;
using CertificatePtr = std::shared_ptr<X509>;

struct CertifiedKey {
  KeyPtr key;
  CertificatePtr certificate;
};

// Null members, here and below, if OpenSSL fails.
CertifiedKey NewAuthority();

// Whether the authority says of itself which names it may vouch for, as those of NewAuthority do.
bool HasNameConstraints(X509* authority);

// A server's certificate for the host, which `authority` signs. Requires: IsCertifiable(host).
CertifiedKey NewCertificate(const HostName& host, const CertifiedKey& authority);

// Addresses, localhost and what is below it, *.internal, and AWS's names of our services: what NewAuthority allows.
bool IsCertifiable(const HostName& host);

}  // namespace dynarock
