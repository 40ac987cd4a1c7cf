// Which requests may reach what: one place decides by the host that a request names, the page that it comes from, and
// the machine that it comes from. SECURITY.md has the whole as a table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace dynarock {

// A part of the server, by what a request to it can do.
enum class Area {
  kOpen,     // learn that the server is there
  kReport,   // read numbers about the server
  kData,     // call DynamoDB's API
  kControl,  // run code, or change what the server does by itself: Lambda's API and trigger administration
};

struct AccessOptions {
  // Host names that are answered besides the usual ones: "*" for all, "*.example.com" for all below that.
  std::vector<std::string> hosts = {};
  // Pages that may call: "*" for all (data only), an origin (http://example.com:3000), or a host with its port alone.
  std::vector<std::string> origins = {};
  bool loopback_pages_read = true;     // whether pages of loopback hosts may read the replies of the data API
  bool control_from_anywhere = false;  // --lambda
};

// What a request says of itself. Views; "" where it says nothing.
struct AccessFacts {
  std::string_view peer = {};  // numeric address that it comes from
  std::string_view own = {};   // numeric address that it came to
  std::string_view host = {};  // with its port: of an absolute target, else of the Host header
  std::string_view origin = {};
  std::string_view fetch_site = {};  // Sec-Fetch-Site
};

// Thread-safe.
class AccessRules {
 public:
  explicit AccessRules(AccessOptions options);

  // Whether a request to this area may be looked at: its host must be a name of ours, its page one that may call.
  // Errors: kAccessDenied with a sentence that names the option that allows it.
  Result<void> CheckCaller(Area area, const AccessFacts& facts) const;

  // Whether a request may use Lambda's API and trigger administration from where it comes.
  // Errors: kAccessDenied with a sentence that names the option that allows it.
  // Requires: the caller's signature has been checked, by its form at least.
  Result<void> CheckControl(const AccessFacts& facts, bool signature_checked) const;

  // The value of Access-Control-Allow-Origin for a reply, "" for none. The view holds as long as the facts'.
  std::string_view ReadableBy(Area area, const AccessFacts& facts) const;

 private:
  bool IsOurName(std::string_view host) const;
  bool IsNamedOrigin(std::string_view origin) const;
  bool IsAnyOriginAllowed() const;
  bool MayPageCall(Area area, const AccessFacts& facts) const;

  const AccessOptions options_;
  const std::uint64_t id_;  // no other object ever has it
};

// What is wrong with a value of --allow-host or --cors: a sentence, "" if nothing is.
std::string MistakeOfAllowedHost(const std::string& text);
std::string MistakeOfOrigin(const std::string& text);

}  // namespace dynarock
