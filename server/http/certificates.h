// X.509 certificates of our own making: an authority that can only vouch for names that we answer for, and the
// certificates that it signs.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string_view>

#include "server/http/host_name.h"

namespace dynarock {

using KeyPtr = std::shared_ptr<EVP_PKEY>;
using CertificatePtr = std::shared_ptr<X509>;

struct CertifiedKey {
  KeyPtr key;
  CertificatePtr certificate;
};

// Names of other machines that the server answers for as a proxy.
struct ProxiedNames {
  std::span<const std::string_view> domains = {};  // the authority may vouch for what is below these
  bool (*contains)(std::string_view host) = [](std::string_view) { return false; };  // what of it is answered for
};

// Null members, here and below, if OpenSSL fails.
CertifiedKey NewAuthority(const ProxiedNames& proxied);

// Whether the authority says of itself which names it may vouch for, as those of NewAuthority do.
bool HasNameConstraints(X509* authority);

// A server's certificate for the host, which `authority` signs. Requires: IsCertifiable(host, ...).
CertifiedKey NewCertificate(const HostName& host, const CertifiedKey& authority);

// Addresses, localhost and what is below it, *.internal, and the proxied names: what NewAuthority allows.
bool IsCertifiable(const HostName& host, const ProxiedNames& proxied);

}  // namespace dynarock
