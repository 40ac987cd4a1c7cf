#include "server/admin/welcome_page.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(WelcomePageTest, NamesTheAddressThatWasOpened) {
  const std::string page = WelcomePage("localhost:8000", false);
  EXPECT_NE(page.find("--endpoint-url http://localhost:8000"), std::string::npos);
  EXPECT_EQ(page.find('@'), std::string::npos);
  EXPECT_NE(WelcomePage("localhost:8443", true).find("https://localhost:8443"), std::string::npos);
}

TEST(WelcomePageTest, EscapesTheHost) {
  const std::string page = WelcomePage("<script>alert('x')</script>&\"", false);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("http://&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;"), std::string::npos);
}

TEST(WelcomePageTest, AHostThatLooksLikeThePlaceholderIsText) {
  EXPECT_NE(WelcomePage("@ENDPOINT@", false).find("http://@ENDPOINT@"), std::string::npos);
}

TEST(AcceptsHtmlTest, TellsBrowsersFromHealthChecks) {
  EXPECT_TRUE(AcceptsHtml("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
  EXPECT_FALSE(AcceptsHtml("*/*"));
  EXPECT_FALSE(AcceptsHtml(""));
}

}  // namespace
}  // namespace dynarock
