#include "server/tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <functional>

#include "server/proxied_hosts.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

using KeyPtr = std::shared_ptr<EVP_PKEY>;
using CertificatePtr = std::shared_ptr<X509>;

constexpr long kAuthoritySeconds = 10L * 365 * 24 * 3600;
constexpr long kLeafSeconds = 365L * 24 * 3600;  // clients refuse certificates of more than some 800 days

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FilePtr = std::unique_ptr<std::FILE, FileCloser>;

KeyPtr NewKey() {
  return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

void AddExtension(X509* certificate, X509* issuer, int extension, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> made(
      X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str()), X509_EXTENSION_free);
  if (made) X509_add_ext(certificate, made.get(), -1);
}

// A certificate of `name` for `key`, not yet signed.
CertificatePtr NewCertificate(const std::string& name, EVP_PKEY* key, long seconds) {
  CertificatePtr certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1 | 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24L * 3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds);
  X509_set_pubkey(certificate.get(), key);
  // A common name has at most 64 characters; clients look at the alternative names.
  const std::string shown = name.substr(0, 64);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(shown.c_str()), -1, -1, 0);
  return certificate;
}

CertificatePtr NewAuthority(EVP_PKEY* key) {
  CertificatePtr certificate = NewCertificate("dynarock local authority", key, kAuthoritySeconds);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  AddExtension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
  if (X509_sign(certificate.get(), key, EVP_sha256()) == 0) return nullptr;
  return certificate;
}

bool IsAddress(const std::string& host) {
  return host.find(':') != std::string::npos || host.find_first_not_of("0123456789.") == std::string::npos;
}

std::string AlternativeNames(const std::string& host) {
  if (host == "localhost") return "DNS:localhost,IP:127.0.0.1,IP:::1";
  return (IsAddress(host) ? "IP:" : "DNS:") + host;
}

Result<void> WritePem(const fs::path& path, mode_t mode, const std::function<int(std::FILE*)>& write) {
  const fs::path next = path.string() + ".new";
  const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  FilePtr stream(file < 0 ? nullptr : fdopen(file, "w"));
  const bool written = stream && write(stream.get()) == 1 && std::fflush(stream.get()) == 0;
  stream.reset();
  std::error_code error;
  if (written) fs::rename(next, path, error);
  if (written && !error) return {};
  return InternalError("Cannot write " + path.string() + ": make its directory writable for this user.");
}

template <class T>
std::shared_ptr<T> ReadPem(const fs::path& path, T* (*read)(std::FILE*, T**, pem_password_cb*, void*), void (*free)(T*),
                           pem_password_cb* passphrase = nullptr) {
  const FilePtr stream(std::fopen(path.c_str(), "re"));
  return {stream ? read(stream.get(), nullptr, passphrase, nullptr) : nullptr, free};
}

// OpenSSL would ask on the terminal.
int NoPassphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

Result<void> CertificateAuthority::Load() {
  if (authority_.key) return {};
  const fs::path key_file = directory_ / "ca.key", certificate_file = directory_ / "ca.pem";
  Key loaded{ReadPem<EVP_PKEY>(key_file, PEM_read_PrivateKey, EVP_PKEY_free),
             ReadPem<X509>(certificate_file, PEM_read_X509, X509_free)};
  if (!loaded.key || !loaded.certificate) {
    std::error_code ignored;
    fs::create_directories(directory_, ignored);
    loaded.key = NewKey();
    loaded.certificate = NewAuthority(loaded.key.get());
    if (!loaded.certificate) return InternalError("OpenSSL cannot make a certificate on this machine.");
    TRY_VOID(WritePem(key_file, 0600, [&](std::FILE* out) {
      return PEM_write_PrivateKey(out, loaded.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }));
    TRY_VOID(WritePem(certificate_file, 0644,
                      [&](std::FILE* out) { return PEM_write_X509(out, loaded.certificate.get()); }));
  }
  authority_ = std::move(loaded);
  return {};
}

Result<std::string> CertificateAuthority::BundleFile() {
  const std::lock_guard lock(mutex_);
  TRY_VOID(Load());
  return (directory_ / "ca.pem").string();
}

Result<SslContextPtr> CertificateAuthority::MakeContext(const std::string& host) {
  TRY_VOID(Load());
  const KeyPtr key = NewKey();
  const CertificatePtr certificate = NewCertificate(host, key.get(), kLeafSeconds);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority_.certificate.get()));
  AddExtension(certificate.get(), authority_.certificate.get(), NID_basic_constraints, "CA:FALSE");
  AddExtension(certificate.get(), authority_.certificate.get(), NID_subject_alt_name, AlternativeNames(host));
  AddExtension(certificate.get(), authority_.certificate.get(), NID_ext_key_usage, "serverAuth");
  AddExtension(certificate.get(), authority_.certificate.get(), NID_authority_key_identifier, "keyid");
  SslContextPtr context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (X509_sign(certificate.get(), authority_.key.get(), EVP_sha256()) == 0 || !context ||
      SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    return InternalError("OpenSSL cannot make a certificate for " + host + ".");
  }
  ChooseNames(context.get());
  return context;
}

void CertificateAuthority::ChooseNames(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // The macros for these two have casts of C's.
  SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, reinterpret_cast<void (*)()>(ChooseByName));
  SSL_CTX_ctrl(context, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, this);
}

Result<SslContextPtr> CertificateAuthority::ContextAt(const std::string& address) {
  {
    const std::lock_guard lock(mutex_);
    if (given_) return given_;
  }
  const bool is_loopback = address.starts_with("127.") || address == "::1" || address.empty();
  return ContextFor(is_loopback ? "localhost" : address);
}

Result<void> CertificateAuthority::UseCertificate(const std::string& certificate_file, const std::string& key_file) {
  SslContextPtr context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return InternalError("OpenSSL cannot speak TLS on this machine.");
  const KeyPtr key(ReadPem<EVP_PKEY>(key_file, PEM_read_PrivateKey, EVP_PKEY_free, NoPassphrase));
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1) {
    ERR_clear_error();
    return InternalError("There is no certificate in PEM form in " + certificate_file +
                         ": name another file with --tls-certificate.");
  }
  if (!key) {
    ERR_clear_error();
    return InternalError("There is no private key in PEM form without a passphrase in " + key_file +
                         ": name another file with --tls-key.");
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    ERR_clear_error();
    return InternalError("The key in " + key_file + " is not that of the certificate in " + certificate_file +
                         ": name files that belong together with --tls-certificate and --tls-key.");
  }
  ChooseNames(context.get());
  const std::lock_guard lock(mutex_);
  given_ = std::move(context);
  return {};
}

// Whether a client that asks for `name` gets the given certificate.
bool CertificateAuthority::IsGivenFor(const char* name) {
  const std::lock_guard lock(mutex_);
  if (!given_) return false;
  return !IsAwsHost(name) || X509_check_host(SSL_CTX_get0_certificate(given_.get()), name, 0, 0, nullptr) == 1;
}

Result<SslContextPtr> CertificateAuthority::ContextFor(const std::string& host) {
  constexpr std::size_t kMostContexts = 256;  // names come from clients
  const std::lock_guard lock(mutex_);
  if (const auto found = contexts_.find(host); found != contexts_.end()) return found->second;
  TRY(SslContextPtr context, MakeContext(host));
  if (contexts_.size() < kMostContexts) contexts_.emplace(host, context);
  return context;
}

// OpenSSL's callback for the name in a client's greeting.
int CertificateAuthority::ChooseByName(SSL* ssl, int*, void* self) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr || std::strlen(name) > 253) return SSL_TLSEXT_ERR_NOACK;
  CertificateAuthority& authority = *static_cast<CertificateAuthority*>(self);
  if (authority.IsGivenFor(name)) return SSL_TLSEXT_ERR_OK;
  const Result<SslContextPtr> context = authority.ContextFor(name);
  if (!context) return SSL_TLSEXT_ERR_ALERT_FATAL;
  SSL_set_SSL_CTX(ssl, context->get());
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace dynarock
