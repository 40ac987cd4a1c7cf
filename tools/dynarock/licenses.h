// `dynarock licenses`: the license of this program, and those of the software it contains.
#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace dynarock {

// The files LICENSE, NOTICE and THIRD-PARTY.md of this repository, embedded when the program is built.
extern const std::string_view kLicense;
extern const std::string_view kNotice;
extern const std::string_view kThirdParty;

// What `dynarock licenses` prints: the notice, the license, then those of others.
std::string LicensesText();

void AddLicensesCommand(CLI::App& app);

}  // namespace dynarock
