// A reply as bytes for the socket.
#pragma once

#include "server/http/http_message.h"

namespace dynarock {

// Appends status line, headers, among them those of `handler`, and body. `with_body` is false for HEAD.
void AppendReply(std::string& out, const HttpReply& reply, const HttpHandler& handler, bool keep_alive, bool with_body);

}  // namespace dynarock
