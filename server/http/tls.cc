#include "server/http/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <functional>
#include <optional>

#include "engine/base/log.h"
#include "server/http/host_name.h"
#include "server/http/new_file.h"

namespace dynarock {
namespace {

namespace fs = std::filesystem;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FilePtr = std::unique_ptr<std::FILE, FileCloser>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

// OpenSSL would ask on the terminal.
int NoPassphrase(char*, int, int, void*) {
  return -1;
}

Result<void> WritePem(const fs::path& path, mode_t mode, const std::function<int(BIO*)>& write) {
  const BioPtr memory(BIO_new(BIO_s_mem()), BIO_free);
  char* text = nullptr;
  const bool is_written = memory && write(memory.get()) == 1;
  const long size = is_written ? BIO_get_mem_data(memory.get(), &text) : 0;
  if (size > 0 && ReplaceFile(path, mode, {text, static_cast<std::size_t>(size)})) return {};
  return InternalError("Cannot write " + path.string() + ": make its directory writable by this user.");
}

// Of a file that we have made.
template <class T>
std::shared_ptr<T> ReadOwnPem(const fs::path& path, T* (*read)(BIO*, T**, pem_password_cb*, void*), void (*free)(T*)) {
  const std::string text = ReadOwnFile(path).value_or("");
  const BioPtr memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  return {memory ? read(memory.get(), nullptr, NoPassphrase, nullptr) : nullptr, free};
}

template <class T>
std::shared_ptr<T> ReadPem(const fs::path& path, T* (*read)(std::FILE*, T**, pem_password_cb*, void*), void (*free)(T*),
                           pem_password_cb* passphrase = nullptr) {
  const FilePtr stream(std::fopen(path.c_str(), "re"));
  return {stream ? read(stream.get(), nullptr, passphrase, nullptr) : nullptr, free};
}

}  // namespace

Result<void> CertificateAuthority::Load() {
  if (authority_.key) return {};
  const fs::path key_file = directory_ / "ca.key", certificate_file = directory_ / "ca.pem";
  CertifiedKey loaded{ReadOwnPem<EVP_PKEY>(key_file, PEM_read_bio_PrivateKey, EVP_PKEY_free),
                      ReadOwnPem<X509>(certificate_file, PEM_read_bio_X509, X509_free)};
  ERR_clear_error();
  const bool is_there = loaded.key && loaded.certificate;
  if (!is_there || !HasNameConstraints(loaded.certificate.get())) {
    if (is_there)
      Log(LogLevel::kWarn, "new certificate authority made; clients must trust its file instead",
          {{"file", certificate_file.string()}});
    std::error_code ignored;
    fs::create_directories(directory_, ignored);
    loaded = NewAuthority(proxied_);
    if (!loaded.certificate) return InternalError("OpenSSL cannot make a certificate on this machine.");
    TRY_VOID(WritePem(key_file, 0600, [&](BIO* out) {
      return PEM_write_bio_PrivateKey(out, loaded.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }));
    TRY_VOID(
        WritePem(certificate_file, 0644, [&](BIO* out) { return PEM_write_bio_X509(out, loaded.certificate.get()); }));
  }
  authority_ = std::move(loaded);
  return {};
}

Result<std::string> CertificateAuthority::BundleFile() {
  const std::lock_guard lock(mutex_);
  TRY_VOID(Load());
  return (directory_ / "ca.pem").string();
}

Result<SslContextPtr> CertificateAuthority::MakeContext(const HostName& host) {
  TRY_VOID(Load());
  const auto [key, certificate] = NewCertificate(host, authority_);
  SslContextPtr context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!certificate || !context || SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    return InternalError("OpenSSL cannot make a certificate for " + host.text + ".");
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
  return ContextFor(address);
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
    return InternalError("The key in " + key_file + " does not belong to the certificate in " + certificate_file +
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
  return !proxied_.contains(name) || X509_check_host(SSL_CTX_get0_certificate(given_.get()), name, 0, 0, nullptr) == 1;
}

Result<SslContextPtr> CertificateAuthority::ContextFor(const std::string& host) {
  constexpr std::size_t kMostContexts = 256;  // names come from clients
  std::optional<HostName> name = ReadHost(host);
  const bool is_common = !name || !IsCertifiable(*name, proxied_) || (name->is_address && name->is_loopback);
  if (is_common) name = HostName{"localhost", false, true};
  const std::lock_guard lock(mutex_);
  if (const auto found = contexts_.find(name->text); found != contexts_.end()) return found->second;
  TRY(SslContextPtr context, MakeContext(*name));
  if (contexts_.size() < kMostContexts) contexts_.emplace(name->text, context);
  return context;
}

// OpenSSL's callback for the name in a client's greeting.
int CertificateAuthority::ChooseByName(SSL* ssl, int*, void* self) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  const std::optional<HostName> host = name == nullptr ? std::nullopt : ReadHost(name);
  if (!host) return SSL_TLSEXT_ERR_NOACK;
  CertificateAuthority& authority = *static_cast<CertificateAuthority*>(self);
  if (authority.IsGivenFor(name)) return SSL_TLSEXT_ERR_OK;
  if (!IsCertifiable(*host, authority.proxied_)) return SSL_TLSEXT_ERR_NOACK;
  const Result<SslContextPtr> context = authority.ContextFor(name);
  if (!context) return SSL_TLSEXT_ERR_ALERT_FATAL;
  SSL_set_SSL_CTX(ssl, context->get());
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace dynarock
