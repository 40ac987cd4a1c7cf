// dynarock: joins engine, protocol and server.
#include <malloc.h>
#include <sys/resource.h>

#include <cstdio>

#include "engine/database/database.h"
#include "engine/streams/trimming.h"
#include "protocol/dispatcher.h"
#include "server/api_handler.h"
#include "server/http_server.h"
#include "server/options.h"

namespace dynarock {
namespace {

int Fail(const ApiError& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

// Each connection is a file, and shells start programs with a soft limit of 1024.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int Serve(const ServeOptions& options) {
  // Few arenas keep resident memory small; the threads are few.
  mallopt(M_ARENA_MAX, 2);
  RaiseFileLimit();
  const StoreOptions store{.directory = options.data_directory, .in_memory = options.in_memory, .sync = options.sync};
  const auto database = Database::Open(store, {options.region, options.account_id}, std::make_shared<SystemClock>());
  if (!database) return Fail(database.error());
  TrimInBackground(**database);
  const Dispatcher dispatcher(**database, {.wording = options.wording});
  ApiHandler handler(dispatcher);
  const auto server = HttpServer::Listen(options.http, handler);
  if (!server) return Fail(server.error());
  std::printf("dynarock is listening on http://%s:%u, data %s\n", options.http.host.c_str(),
              unsigned{(*server)->port()}, options.in_memory ? "in memory" : ("in " + options.data_directory).c_str());
  std::fflush(stdout);
  (*server)->Run();
  return 0;
}

}  // namespace
}  // namespace dynarock

int main(int argc, char** argv) {
  return dynarock::RunCommandLine(argc, argv, dynarock::Serve);
}
