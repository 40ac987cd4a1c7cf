#include "server/admin/welcome_page.h"

#include "server/admin/page_texts.h"

namespace dynarock {
namespace {

constexpr std::string_view kPlaceholder = "@ENDPOINT@";

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string WelcomePage(std::string_view host, bool is_https) {
  const std::string endpoint = (is_https ? "https://" : "http://") + Escaped(host);
  std::string page(kWelcomePageText);
  for (std::size_t at = page.find(kPlaceholder); at != std::string::npos;
       at = page.find(kPlaceholder, at + endpoint.size())) {
    page.replace(at, kPlaceholder.size(), endpoint);
  }
  return page;
}

bool AcceptsHtml(std::string_view accept) {
  return accept.find("text/html") != std::string_view::npos;
}

}  // namespace dynarock
