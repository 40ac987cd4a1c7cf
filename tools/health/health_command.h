// `dynarock health`: whether a server answers, as an exit status; for health checks where there is no curl.
#pragma once

namespace CLI {
class App;
}

namespace dynarock::health {

void AddHealthCommand(CLI::App& app);

}  // namespace dynarock::health
