// `dynarock trigger ...`: adds, lists, changes and watches the triggers of a running server.
#pragma once

namespace CLI {
class App;
}

namespace dynarock::trigger {

void AddTriggerCommands(CLI::App& app);

}  // namespace dynarock::trigger
