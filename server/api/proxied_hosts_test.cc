#include "server/api/proxied_hosts.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(ProxiedHostsTest, OursAndForeignOnes) {
  for (const char* host :
       {"dynamodb.ca-central-1.amazonaws.com", "DynamoDB.us-east-1.amazonaws.com",
        "streams.dynamodb.us-east-1.amazonaws.com", "lambda.eu-west-1.amazonaws.com",
        "dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb.us-east-1.api.aws",
        "123456789012.ddb.us-east-1.amazonaws.com", "vpce-1a2b.dynamodb.us-east-1.vpce.amazonaws.com", "localhost",
        "127.0.0.1", "::1", "dynamodb-local", "host.docker.internal"}) {
    EXPECT_TRUE(AnswersForHost(host)) << host;
  }
  for (const char* host : {"example.com", "s3.amazonaws.com", "bucket.s3.us-east-1.amazonaws.com", "amazonaws.com",
                           "dynamodb.us-east-1.amazonaws.com.evil.org", "sqs.us-east-1.amazonaws.com", "a b", "x;y"}) {
    EXPECT_FALSE(AnswersForHost(host)) << host;
  }
}

TEST(ProxiedHostsTest, KnowsAwsNamesFromOurs) {
  EXPECT_TRUE(IsAwsHost("DynamoDB.eu-west-1.amazonaws.com"));
  EXPECT_TRUE(IsAwsHost("lambda.us-east-1.api.aws"));
  EXPECT_FALSE(IsAwsHost("s3.eu-west-1.amazonaws.com"));
  EXPECT_FALSE(IsAwsHost("localhost"));
  EXPECT_FALSE(IsAwsHost("db.example.com"));
}

}  // namespace
}  // namespace dynarock
