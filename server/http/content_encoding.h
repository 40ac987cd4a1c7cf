// Compressed bodies, both ways.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dynarock {

enum class DecodeProblem { kNone, kUnknownEncoding, kBroken, kTooLarge };

// Replaces `body` by what it decodes to. `encoding` is the value of Content-Encoding: "", "identity", "gzip" (several
// members may follow each other) or "deflate" (with or without zlib's wrapper).
DecodeProblem DecodeContent(std::string_view encoding, std::size_t limit, std::string& body);

// The encoding of a reply to a request with this Accept-Encoding: "gzip", "deflate" or "" for none. As AWS: whatever
// its quality, "identity" is never preferred, and of equals the first is taken, but "*" last. Observed:
// server/http/content_encoding_test.cc
std::string_view ChooseEncoding(std::string_view accept_encoding);

// `body` in `encoding`, which is "gzip" or "deflate".
std::string EncodeContent(std::string_view encoding, std::string_view body);

}  // namespace dynarock
