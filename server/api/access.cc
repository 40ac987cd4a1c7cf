#include "server/api/access.h"

#include <algorithm>
#include <atomic>
#include <optional>

#include "engine/base/ascii.h"
#include "server/api/proxied_hosts.h"
#include "server/http/host_name.h"

namespace dynarock {
namespace {

constexpr std::string_view kAll = "*";
constexpr std::string_view kAllBelow = "*.";

[[gnu::cold]] ApiError Denied(std::string message) {
  return {ErrorCode::kAccessDenied, std::move(message), {}};
}

// The text as a message may have it; what is no URL's or is long is left out.
std::string Shown(std::string_view text, std::string_view otherwise) {
  constexpr std::size_t kLongest = 260;
  static constexpr std::string_view kMarks = "-._:/[]";
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return IsAsciiLetterOrDigit(c) || kMarks.find(c) != std::string_view::npos;
  });
  return std::string(is_plain && !text.empty() && text.size() <= kLongest ? text : otherwise);
}

// "host:port" of "http://host:port", nullopt for what is no origin of a web page.
std::optional<std::string_view> AuthorityOf(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return origin.substr(scheme.size());
  }
  return std::nullopt;
}

bool IsLoopbackOrigin(std::string_view origin) {
  const auto authority = AuthorityOf(origin);
  if (!authority) return false;
  const auto host = ReadHostAndPort(*authority);
  return host && host->is_loopback;
}

// A page that this server itself has sent: both schemes are spoken on one port.
bool IsOwnOrigin(std::string_view origin, std::string_view host) {
  const auto authority = AuthorityOf(origin);
  return authority && !host.empty() && *authority == host;
}

// Whether a browser says that the request comes from no other site's page, or no browser sent it.
// Source: W3C Fetch Metadata Request Headers.
bool IsOwnSite(std::string_view fetch_site) {
  return fetch_site.empty() || fetch_site == "same-origin" || fetch_site == "none";
}

std::uint64_t NewId() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

bool IsLoopbackAddress(std::string_view address) {
  const auto read = ReadHost(address);
  return read && read->is_address && read->is_loopback;
}

}  // namespace

AccessRules::AccessRules(AccessOptions options) : options_(std::move(options)), id_(NewId()) {}

// Names that an attacker cannot point at us: those that no public name server answers for, and AWS's.
bool AccessRules::IsOurName(std::string_view host) const {
  const auto read = ReadHostAndPort(host);
  for (const std::string& allowed : options_.hosts) {
    if (allowed == kAll) return true;
    if (!read) continue;
    if (read->text == allowed) return true;
    if (allowed.starts_with(kAllBelow) && read->text.ends_with(std::string_view(allowed).substr(1))) return true;
  }
  if (!read) return false;
  return read->is_address || read->is_loopback || read->text.find('.') == std::string::npos ||
         IsWithin(read->text, "internal") || IsAwsHost(read->text);
}

bool AccessRules::IsAnyOriginAllowed() const {
  return std::find(options_.origins.begin(), options_.origins.end(), kAll) != options_.origins.end();
}

bool AccessRules::IsNamedOrigin(std::string_view origin) const {
  if (origin == kAll) return false;
  const auto authority = AuthorityOf(origin);
  return std::any_of(options_.origins.begin(), options_.origins.end(), [&](const std::string& allowed) {
    return allowed == origin || (authority && allowed == *authority);
  });
}

// Fetch metadata say nothing against an origin that is named: they tell sites apart, not origins.
bool AccessRules::MayPageCall(Area area, const AccessFacts& facts) const {
  if (facts.origin.empty()) {
    return IsOwnSite(facts.fetch_site) || (area == Area::kData && facts.fetch_site == "same-site");
  }
  if (IsNamedOrigin(facts.origin)) return true;
  if (area == Area::kControl) return IsOwnOrigin(facts.origin, facts.host) && IsOwnSite(facts.fetch_site);
  return IsOwnOrigin(facts.origin, facts.host) || IsLoopbackOrigin(facts.origin) || IsAnyOriginAllowed();
}

Result<void> AccessRules::CheckCaller(Area area, const AccessFacts& facts) const {
  if (area == Area::kOpen) return {};
  // Clients name the same host again and again.
  thread_local std::pair<std::uint64_t, std::string> last;
  const bool is_known = last.first == id_ && last.second == facts.host;
  if (!is_known && !facts.host.empty()) {
    if (!IsOurName(facts.host)) {
      const auto host = ReadHostAndPort(facts.host);
      const std::string name = host ? host->text : "NAME";
      return Denied("This server does not answer to the name " + Shown(facts.host, "as the Host header says") +
                    ": start it with --allow-host " + name + " (DYNAROCK_ALLOW_HOST) to allow this name.");
    }
    last = {id_, std::string(facts.host)};
  }
  if (area == Area::kReport || MayPageCall(area, facts)) return {};
  const std::string page = Shown(facts.origin, facts.origin.empty() ? "other sites" : "such an origin");
  const std::string named =
      AuthorityOf(facts.origin) || facts.origin == "null" ? Shown(facts.origin, "ORIGIN") : "ORIGIN";
  return Denied("Pages of " + page + " may not call " +
                (area == Area::kControl ? "Lambda's API and trigger administration" : "this server") +
                ": start it with --cors " + named + " (DYNAROCK_CORS) to allow it.");
}

Result<void> AccessRules::CheckControl(const AccessFacts& facts, bool signature_checked) const {
  if (signature_checked || options_.control_from_anywhere) return {};
  // A connection to one of our own addresses comes from that address.
  if (!facts.peer.empty() && (facts.peer == facts.own || IsLoopbackAddress(facts.peer))) return {};
  return Denied(
      "Functions and triggers are open to this machine only: start the server with --lambda (DYNAROCK_LAMBDA=1) to "
      "open them to every machine that reaches it, or with --credentials to open them to holders of a key.");
}

std::string_view AccessRules::ReadableBy(Area area, const AccessFacts& facts) const {
  if (facts.origin.empty()) return "";
  if (area != Area::kControl && IsAnyOriginAllowed()) return kAll;
  if (IsNamedOrigin(facts.origin)) return facts.origin;
  const bool is_readable = area == Area::kData && options_.loopback_pages_read && IsLoopbackOrigin(facts.origin);
  return is_readable ? facts.origin : "";
}

std::string MistakeOfAllowedHost(const std::string& text) {
  const std::string_view name = std::string_view(text).substr(text.starts_with(kAllBelow) ? kAllBelow.size() : 0);
  const auto host = ReadHost(name);
  if (text == kAll || (host && host->text == name)) return "";
  return "\"" + text + "\" is not a host name in lower case without a port, such as db.example.com or *.example.com";
}

std::string MistakeOfOrigin(const std::string& text) {
  if (text == kAll || text == "null" || text == "file://") return "";
  const std::size_t scheme = text.find("://");
  const bool has_scheme = scheme != std::string::npos;
  const bool is_scheme_plain =
      !has_scheme || (scheme > 0 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == scheme);
  if (is_scheme_plain && ReadHostAndPort(has_scheme ? text.substr(scheme + 3) : text)) return "";
  return "\"" + text + "\" is not an origin such as http://localhost:3000";
}

}  // namespace dynarock
