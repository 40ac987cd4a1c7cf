#include "server/http/certificates.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "server/api/proxied_hosts.h"

namespace dynarock {
namespace {

// What OpenSSL, and with it curl, Python and Node.js, says of the certificate under the authority; X509_V_OK is well.
int Verify(const CertifiedKey& made, const CertifiedKey& authority, const std::string& name, bool is_address) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
  X509_STORE_add_cert(store.get(), authority.certificate.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), made.certificate.get(), nullptr);
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_X509_STRICT);
  if (is_address) {
    X509_VERIFY_PARAM_set1_ip_asc(wanted, name.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(wanted, name.c_str(), name.size());
  }
  return X509_verify_cert(context.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
}

TEST(CertificatesTest, VouchesForHostsThatWeAnswerFor) {
  const CertifiedKey authority = NewAuthority(AwsNames());
  ASSERT_TRUE(authority.certificate);
  EXPECT_TRUE(HasNameConstraints(authority.certificate.get()));
  for (const char* name : {"localhost", "app.localhost", "host.docker.internal", "dynamodb.us-east-1.amazonaws.com",
                           "lambda.cn-north-1.amazonaws.com.cn", "dynamodb.eu-west-1.api.aws", "127.0.0.1", "10.1.2.3",
                           "::1", "fe80::1", "2001:db8::7"}) {
    const auto host = ReadHost(name);
    ASSERT_TRUE(host && IsCertifiable(*host, AwsNames())) << name;
    const CertifiedKey made = NewCertificate(*host, authority);
    ASSERT_TRUE(made.certificate) << name;
    EXPECT_EQ(Verify(made, authority, name, host->is_address), X509_V_OK) << name;
    EXPECT_NE(Verify(made, authority, "10.9.9.9", true), X509_V_OK) << name;
  }
  const CertifiedKey local = NewCertificate(*ReadHost("localhost"), authority);
  EXPECT_EQ(Verify(local, authority, "127.0.0.1", true), X509_V_OK);
  EXPECT_EQ(Verify(local, authority, "::1", true), X509_V_OK);
}

TEST(CertificatesTest, IsNotBelievedForOtherNames) {
  const CertifiedKey authority = NewAuthority(AwsNames());
  for (const char* name : {"evil.com", "www.amazon.com", "notamazonaws.com", "db.example.com", "com", "dynamodb"}) {
    const auto host = ReadHost(name);
    ASSERT_TRUE(host) << name;
    EXPECT_FALSE(IsCertifiable(*host, AwsNames())) << name;
    const CertifiedKey made = NewCertificate(*host, authority);  // as a thief of the key would make it
    EXPECT_EQ(Verify(made, authority, name, false), X509_V_ERR_PERMITTED_VIOLATION) << name;
  }
  EXPECT_FALSE(IsCertifiable(*ReadHost("s3.eu-west-1.amazonaws.com"), AwsNames()));
}

}  // namespace
}  // namespace dynarock
