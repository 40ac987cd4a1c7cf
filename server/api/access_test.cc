#include "server/api/access.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

constexpr std::string_view kHost = "localhost:8000";
constexpr std::string_view kForeign = "http://evil.example";

bool Answers(const AccessOptions& options, Area area, const AccessFacts& facts) {
  const Result<void> allowed = AccessRules(options).CheckCaller(area, facts);
  EXPECT_TRUE(allowed || allowed.error().code == ErrorCode::kAccessDenied);
  return allowed.has_value();
}

bool AnswersHost(std::string_view host, const AccessOptions& options = {}) {
  const bool is_answered = Answers(options, Area::kData, {.host = host});
  EXPECT_EQ(Answers(options, Area::kControl, {.host = host}), is_answered) << host;
  EXPECT_EQ(Answers(options, Area::kReport, {.host = host}), is_answered) << host;
  EXPECT_TRUE(Answers(options, Area::kOpen, {.host = host})) << host;
  return is_answered;
}

TEST(AccessTest, AnswersToNamesThatNobodyElseCanGive) {
  for (const char* host :
       {"", "127.0.0.1", "127.0.0.1:8000", "192.168.1.7:8000", "[::1]:8000", "localhost", "LOCALHOST:1", "localhost.",
        "app.localhost", "dynamodb", "dynamodb:8000", "my_db:8000", "host.docker.internal:8000",
        "ip-10-0-0-1.ec2.internal", "dynamodb.us-east-1.amazonaws.com", "DynamoDB.eu-west-1.amazonaws.com:443",
        "lambda.us-east-1.api.aws", "123456789012.ddb.us-east-1.amazonaws.com"}) {
    EXPECT_TRUE(AnswersHost(host)) << host;
  }
  for (const char* host :
       {"evil.example", "evil.example:8000", "127.0.0.1.nip.io", "localhost.evil.example", "localtest.me", "box.local",
        "evil.amazonaws.com.example", "s3.amazonaws.com", "user@localhost", "localhost:8000@evil.example", "127.1",
        "2130706433", "0x7f000001", "localhost:8000, evil.example", " ", "evilinternal.example", "notinternal.com"}) {
    EXPECT_FALSE(AnswersHost(host)) << host;
  }
}

TEST(AccessTest, AnswersToNamesThatAreGiven) {
  const AccessOptions given{.hosts = {"db.example.com", "*.svc.cluster.local"}};
  for (const char* host :
       {"db.example.com", "DB.example.com.:8000", "dynamodb.default.svc.cluster.local", "localhost"}) {
    EXPECT_TRUE(AnswersHost(host, given)) << host;
  }
  for (const char* host : {"example.com", "a.db.example.com", "svc.cluster.local", "evilsvc.cluster.local", "x y"}) {
    EXPECT_FALSE(AnswersHost(host, given)) << host;
  }
  for (const char* host : {"evil.example", "127.1", "x y"}) EXPECT_TRUE(AnswersHost(host, {.hosts = {"*"}})) << host;
}

TEST(AccessTest, SaysWhichOptionOpensAName) {
  const auto denied = AccessRules({}).CheckCaller(Area::kData, {.host = "db.example.com:8000"});
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().message,
            "This server does not answer to the name db.example.com:8000: start it with --allow-host db.example.com "
            "(DYNAROCK_ALLOW_HOST) to allow this name.");
  const auto garbage = AccessRules({}).CheckCaller(Area::kData, {.host = "<script>"});
  ASSERT_FALSE(garbage);
  EXPECT_EQ(garbage.error().message.find("<script>"), std::string::npos);
}

struct Page {
  std::string_view origin;
  std::string_view fetch_site;
  bool data;     // whether it may call the data API
  bool control;  // whether it may call Lambda's API
};

void Expect(const AccessOptions& options, const Page& page) {
  const AccessFacts facts{.host = kHost, .origin = page.origin, .fetch_site = page.fetch_site};
  EXPECT_EQ(Answers(options, Area::kData, facts), page.data) << page.origin << " " << page.fetch_site;
  EXPECT_EQ(Answers(options, Area::kControl, facts), page.control) << page.origin << " " << page.fetch_site;
  EXPECT_TRUE(Answers(options, Area::kReport, facts));
}

TEST(AccessTest, TellsPagesApart) {
  for (const Page& page : std::initializer_list<Page>{
           {"", "", true, true},  // no browser
           {"", "none", true, true},
           {"", "same-origin", true, true},
           {"", "same-site", true, false},
           {"", "cross-site", false, false},
           {"", "Same-Origin", false, false},
           {"http://localhost:8000", "same-origin", true, true},
           {"https://localhost:8000", "same-origin", true, true},
           {"http://localhost:8000", "", true, true},
           {"http://localhost:8000", "cross-site", true, false},
           {"http://localhost:3000", "same-site", true, false},
           {"http://localhost:3000", "", true, false},
           {"http://127.0.0.1:3000", "cross-site", true, false},
           {"https://[::1]:3000", "cross-site", true, false},
           {"http://app.localhost", "cross-site", true, false},
           {kForeign, "cross-site", false, false},
           {kForeign, "", false, false},
           {kForeign, "none", false, false},
           {"http://localhost.evil.example", "cross-site", false, false},
           {"http://localhost@evil.example", "cross-site", false, false},
           {"http://evil.example#@localhost", "cross-site", false, false},
           {"http://192.168.1.9:3000", "cross-site", false, false},
           {"http://web:3000", "cross-site", false, false},
           {"null", "cross-site", false, false},
           {"file://", "cross-site", false, false},
           {"ftp://localhost", "", false, false},
           {"localhost:8000", "", false, false},
           {"chrome-extension://abcdefgh", "none", false, false},
       }) {
    Expect({}, page);
  }
}

TEST(AccessTest, LetsNamedPagesCall) {
  const AccessOptions named{.origins = {"http://evil.example", "app.example.com:3000", "null", "tauri://app"}};
  Expect(named, {kForeign, "cross-site", true, true});
  Expect(named, {"http://app.example.com:3000", "cross-site", true, true});
  Expect(named, {"https://app.example.com:3000", "cross-site", true, true});
  Expect(named, {"null", "cross-site", true, true});
  Expect(named, {"tauri://app", "", true, true});
  Expect(named, {"https://evil.example", "cross-site", false, false});
  Expect(named, {"http://app.example.com", "cross-site", false, false});
  Expect(named, {"", "cross-site", false, false});
}

TEST(AccessTest, LetsAllPagesCallTheDataApiOnly) {
  const AccessOptions all{.origins = {"*"}};
  Expect(all, {kForeign, "cross-site", true, false});
  Expect(all, {"null", "cross-site", true, false});
  Expect(all, {"*", "cross-site", true, false});
  EXPECT_FALSE(Answers(all, Area::kData, {.host = "evil.example", .origin = kForeign}));
}

TEST(AccessTest, LetsPagesReadReplies) {
  const auto readable = [](const AccessOptions& options, Area area, std::string_view origin) {
    return std::string(AccessRules(options).ReadableBy(area, {.host = kHost, .origin = origin}));
  };
  EXPECT_EQ(readable({}, Area::kData, ""), "");
  EXPECT_EQ(readable({}, Area::kData, kForeign), "");
  EXPECT_EQ(readable({}, Area::kData, "null"), "");
  EXPECT_EQ(readable({}, Area::kData, "http://localhost:3000"), "http://localhost:3000");
  EXPECT_EQ(readable({}, Area::kControl, "http://localhost:3000"), "");
  EXPECT_EQ(readable({}, Area::kReport, "http://localhost:3000"), "");
  EXPECT_EQ(readable({.loopback_pages_read = false}, Area::kData, "http://localhost:3000"), "");
  EXPECT_EQ(readable({.origins = {"*"}}, Area::kData, kForeign), "*");
  EXPECT_EQ(readable({.origins = {"*"}}, Area::kControl, kForeign), "");
  EXPECT_EQ(readable({.origins = {std::string(kForeign)}}, Area::kControl, kForeign), kForeign);
}

TEST(AccessTest, KeepsControlToThisMachine) {
  const auto allowed = [](const AccessFacts& facts, bool is_checked, const AccessOptions& options = {}) {
    return AccessRules(options).CheckControl(facts, is_checked).has_value();
  };
  for (const char* peer : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "192.168.1.5"}) {
    EXPECT_TRUE(allowed({.peer = peer, .own = "192.168.1.5"}, false)) << peer;
  }
  for (const char* peer : {"", "192.168.1.6", "10.0.0.1", "fe80::1%eth0", "2001:db8::1", "localhost"}) {
    EXPECT_FALSE(allowed({.peer = peer, .own = "192.168.1.5"}, false)) << peer;
    EXPECT_TRUE(allowed({.peer = peer, .own = "192.168.1.5"}, true)) << peer;
    EXPECT_TRUE(allowed({.peer = peer, .own = "192.168.1.5"}, false, {.control_from_anywhere = true})) << peer;
  }
  EXPECT_FALSE(allowed({}, false));
}

TEST(AccessTest, ExplainsWrongOptions) {
  for (const char* right : {"*", "db.example.com", "*.example.com", "db"})
    EXPECT_EQ(MistakeOfAllowedHost(right), "") << right;
  for (const char* wrong : {"", "DB.example.com", "db:8000", "http://db", "a.*", "*.", "db."}) {
    EXPECT_NE(MistakeOfAllowedHost(wrong), "") << wrong;
  }
  for (const char* right : {"*", "null", "file://", "http://a:3000", "https://a.example", "a.example:3000",
                            "chrome-extension://abc", "tauri://localhost"}) {
    EXPECT_EQ(MistakeOfOrigin(right), "") << right;
  }
  for (const char* wrong : {"", "http://", "http://a/", "http://a/b", "a b", "://a", "a b://c"}) {
    EXPECT_NE(MistakeOfOrigin(wrong), "") << wrong;
  }
}

}  // namespace
}  // namespace dynarock
