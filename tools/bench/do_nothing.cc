// A server that does nothing: our HTTP layer with a fixed answer. The bench's limit for what a request can cost.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "server/http/http_server.h"

namespace {

class FixedAnswer final : public dynarock::HttpHandler {
 public:
  void Handle(const dynarock::HttpRequest&, dynarock::HttpReply& reply) override { reply.body = kBody; }

 private:
  // 200 bytes.
  static constexpr std::string_view kBody =
      R"({"Item":{"pk":{"S":"MSG#00000000-0000-4000-8000-000000000000"},"sk":{"S":"2026-01-01T00:00:00+00:00"},)"
      R"("text":{"S":"This server does nothing, and it does it as quickly as it can. No row was read."}}}     )";
};

}  // namespace

int main(int argc, char** argv) {
  dynarock::HttpServerOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--port") == 0) options.port = static_cast<std::uint16_t>(std::atoi(argv[i + 1]));
  }
  FixedAnswer handler;
  const auto server = dynarock::HttpServer::Listen(options, handler);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 1;
  }
  (*server)->Run();
  return 0;
}
