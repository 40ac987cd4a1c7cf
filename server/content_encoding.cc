#include "server/content_encoding.h"

#include <zlib.h>

#include <array>

namespace dynarock {
namespace {

constexpr int kGzipWindow = 16 + MAX_WBITS;
constexpr int kZlibWindow = MAX_WBITS;
constexpr int kRawWindow = -MAX_WBITS;

// One stream after the other until the input ends.
DecodeProblem InflateAll(int window, std::size_t limit, std::string& input, std::string& output) {
  z_stream stream{};
  if (inflateInit2(&stream, window) != Z_OK) return DecodeProblem::kBroken;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  std::array<char, 16384> chunk;
  DecodeProblem problem = DecodeProblem::kNone;
  int status = Z_OK;
  while (problem == DecodeProblem::kNone) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = chunk.size();
    status = inflate(&stream, Z_NO_FLUSH);
    output.append(chunk.data(), chunk.size() - stream.avail_out);
    if (output.size() > limit) {
      problem = DecodeProblem::kTooLarge;
    } else if (status == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      if (window != kGzipWindow || inflateReset(&stream) != Z_OK) problem = DecodeProblem::kBroken;
    } else if (status != Z_OK) {
      problem = DecodeProblem::kBroken;  // also an input that ends too early
    }
  }
  inflateEnd(&stream);
  return problem;
}

}  // namespace

DecodeProblem DecodeContent(std::string_view encoding, std::size_t limit, std::string& body) {
  if (encoding.empty() || encoding == "identity") return DecodeProblem::kNone;
  std::string decoded;
  DecodeProblem problem = DecodeProblem::kUnknownEncoding;
  if (encoding == "gzip" || encoding == "x-gzip") {
    problem = InflateAll(kGzipWindow, limit, body, decoded);
  } else if (encoding == "deflate") {
    problem = InflateAll(kZlibWindow, limit, body, decoded);
    if (problem == DecodeProblem::kBroken) {
      decoded.clear();
      problem = InflateAll(kRawWindow, limit, body, decoded);
    }
  }
  if (problem == DecodeProblem::kNone) body = std::move(decoded);
  return problem;
}

}  // namespace dynarock
