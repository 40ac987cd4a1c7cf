// A reply as bytes for the socket.
#pragma once

#include "server/http_message.h"

namespace dynarock {

// Appends status line, headers and body. `with_body` is false for HEAD.
void AppendReply(std::string& out, const HttpReply& reply, bool keep_alive, bool with_body);

// 52 characters, as AWS's: upper-case letters and digits.
std::string NewRequestId();

}  // namespace dynarock
