#include "tools/dynarock/licenses.h"

#include <CLI/App.hpp>
#include <iostream>

namespace dynarock {

std::string LicensesText() {
  std::string text(kNotice);
  for (const std::string_view part : {kLicense, kThirdParty}) {
    text += '\n';
    text += part;
  }
  return text;
}

void AddLicensesCommand(CLI::App& app) {
  app.add_subcommand("licenses", "Print the license of this program and those of the software it contains")
      ->callback([] { std::cout << LicensesText(); });
}

}  // namespace dynarock
