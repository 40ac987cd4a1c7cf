// What a person sees who opens the server's address in a browser.
#pragma once

#include <string>
#include <string_view>

namespace dynarock {

// No scripts, and nothing from elsewhere: the value of Content-Security-Policy for the page.
inline constexpr std::string_view kWelcomePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// The page, in HTML. `host` is the host that the browser asked for, with its port; it is escaped.
std::string WelcomePage(std::string_view host, bool is_https);

// Whether the value of an Accept header names HTML, as browsers' do when a person opens an address; those of curl,
// health checks and SDKs do not.
bool AcceptsHtml(std::string_view accept);

}  // namespace dynarock
