#include "server/http/certificates.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <initializer_list>
#include <string>

namespace dynarock {
namespace {

constexpr long kAuthoritySeconds = 10L * 365 * 24 * 3600;
constexpr long kLeafSeconds = 365L * 24 * 3600;  // clients refuse certificates of more than some 800 days

constexpr std::array<std::string_view, 2> kOwnDomains = {"localhost", "internal"};

KeyPtr NewKey() {
  return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

// Extensions whose text is ours, word for word.
void AddExtension(X509* certificate, X509* issuer, int extension, const char* constant) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> made(
      X509V3_EXT_conf_nid(nullptr, &context, extension, constant), X509_EXTENSION_free);
  if (made) X509_add_ext(certificate, made.get(), -1);
}

GENERAL_NAME* NewName(int type, const void* bytes, std::size_t size) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  ASN1_STRING* text = ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
  ASN1_STRING_set(text, bytes, static_cast<int>(size));
  GENERAL_NAME_set0_value(name, type, text);
  return name;
}

GENERAL_NAME* NameOf(const HostName& host) {
  if (!host.is_address) return NewName(GEN_DNS, host.text.data(), host.text.size());
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, host.text.c_str(), bytes.data()) == 1) return NewName(GEN_IPADD, bytes.data(), 4);
  inet_pton(AF_INET6, host.text.c_str(), bytes.data());
  return NewName(GEN_IPADD, bytes.data(), bytes.size());
}

void AddAlternativeNames(X509* certificate, std::initializer_list<HostName> hosts) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(GENERAL_NAMES_new(), GENERAL_NAMES_free);
  for (const HostName& host : hosts) sk_GENERAL_NAME_push(names.get(), NameOf(host));
  X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT);
}

// Names below some domains, and all addresses. A kind of name that is not listed would be free.
// Source: RFC 5280, 4.2.1.10.
void AddNameConstraints(X509* certificate, const ProxiedNames& proxied) {
  const std::unique_ptr<NAME_CONSTRAINTS, decltype(&NAME_CONSTRAINTS_free)> constraints(NAME_CONSTRAINTS_new(),
                                                                                        NAME_CONSTRAINTS_free);
  constraints->permittedSubtrees = sk_GENERAL_SUBTREE_new_null();
  const auto permit = [&](GENERAL_NAME* base) {
    GENERAL_SUBTREE* subtree = GENERAL_SUBTREE_new();
    GENERAL_NAME_free(subtree->base);
    subtree->base = base;
    sk_GENERAL_SUBTREE_push(constraints->permittedSubtrees, subtree);
  };
  for (const auto& domains : {std::span<const std::string_view>(kOwnDomains), proxied.domains}) {
    for (const std::string_view domain : domains) permit(NewName(GEN_DNS, domain.data(), domain.size()));
  }
  constexpr std::array<unsigned char, 32> kAnyAddress{};  // address and mask
  permit(NewName(GEN_IPADD, kAnyAddress.data(), 8));
  permit(NewName(GEN_IPADD, kAnyAddress.data(), 32));
  X509_add1_ext_i2d(certificate, NID_name_constraints, constraints.get(), 1, X509V3_ADD_DEFAULT);
}

// Not yet signed. `name` is for people: clients look at the alternative names, and take a name with a dot in its place
// for one that must be permitted.
CertificatePtr Begin(const char* name, EVP_PKEY* key, long seconds) {
  CertificatePtr certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1 | 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24L * 3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return certificate;
}

CertifiedKey Signed(KeyPtr key, CertificatePtr certificate, EVP_PKEY* authority) {
  if (X509_sign(certificate.get(), authority, EVP_sha256()) == 0) return {};
  return {std::move(key), std::move(certificate)};
}

}  // namespace

CertifiedKey NewAuthority(const ProxiedNames& proxied) {
  KeyPtr key = NewKey();
  if (!key) return {};
  CertificatePtr certificate = Begin("dynarock local authority", key.get(), kAuthoritySeconds);
  X509* made = certificate.get();
  X509_set_issuer_name(made, X509_get_subject_name(made));
  AddExtension(made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  AddExtension(made, made, NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(made, made, NID_subject_key_identifier, "hash");
  AddNameConstraints(made, proxied);
  EVP_PKEY* own = key.get();
  return Signed(std::move(key), std::move(certificate), own);
}

bool HasNameConstraints(X509* authority) {
  return X509_get_ext_by_NID(authority, NID_name_constraints, -1) >= 0;
}

CertifiedKey NewCertificate(const HostName& host, const CertifiedKey& authority) {
  KeyPtr key = NewKey();
  if (!key) return {};
  CertificatePtr certificate = Begin("dynarock on this machine", key.get(), kLeafSeconds);
  X509* made = certificate.get();
  X509* issuer = authority.certificate.get();
  X509_set_issuer_name(made, X509_get_subject_name(issuer));
  AddExtension(made, issuer, NID_basic_constraints, "CA:FALSE");
  if (host.text == "localhost") {
    AddAlternativeNames(made, {host, {"127.0.0.1", true, true}, {"::1", true, true}});
  } else {
    AddAlternativeNames(made, {host});
  }
  AddExtension(made, issuer, NID_ext_key_usage, "serverAuth");
  AddExtension(made, issuer, NID_authority_key_identifier, "keyid");
  return Signed(std::move(key), std::move(certificate), authority.key.get());
}

bool IsCertifiable(const HostName& host, const ProxiedNames& proxied) {
  return host.is_address || host.is_loopback || IsWithin(host.text, "internal") || proxied.contains(host.text);
}

}  // namespace dynarock
