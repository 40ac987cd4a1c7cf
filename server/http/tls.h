// Certificates for the names that clients ask for: one that was given, or made ones, signed by an authority of this
// machine that is made on first use.
#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/base/result.h"
#include "server/http/certificates.h"

namespace dynarock {

using SslContextPtr = std::shared_ptr<SSL_CTX>;

// Thread-safe.
class CertificateAuthority {
 public:
  // `directory` holds ca.pem and ca.key; both are made when the first certificate is asked for.
  explicit CertificateAuthority(std::filesystem::path directory, const ProxiedNames& proxied = {})
      : directory_(std::move(directory)), proxied_(proxied) {}

  // A server's context for `host`. A client that names another host in its greeting gets that one's certificate. Hosts
  // that we make no certificates for, see IsCertifiable, get that of localhost, which clients then refuse.
  // Errors: kInternal with one sentence for the user.
  Result<SslContextPtr> ContextFor(const std::string& host);

  // The context of a connection that begins with TLS at our `address`: the given certificate, or one for the address.
  // Errors: kInternal with one sentence for the user.
  Result<SslContextPtr> ContextAt(const std::string& address);

  // From now on this certificate is ours, chain and key in PEM; made ones only stand in for proxied names.
  // Errors: kInternal with one sentence for the user; then all stays as it was.
  Result<void> UseCertificate(const std::string& certificate_file, const std::string& key_file);

  // The authority's certificate, for AWS_CA_BUNDLE and its like; made if it is not there yet.
  // Errors: kInternal with one sentence for the user.
  Result<std::string> BundleFile();

 private:
  Result<void> Load();
  Result<SslContextPtr> MakeContext(const HostName& host);
  void ChooseNames(SSL_CTX* context);
  bool IsGivenFor(const char* name);
  static int ChooseByName(SSL* ssl, int* alert, void* self);

  const std::filesystem::path directory_;
  const ProxiedNames proxied_;
  std::mutex mutex_;
  CertifiedKey authority_;  // empty until first used
  std::map<std::string, SslContextPtr> contexts_;
  SslContextPtr given_;  // null: there is none
};

}  // namespace dynarock
