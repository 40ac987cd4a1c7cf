#include "server/content_encoding.h"

#include <zlib.h>

#include <algorithm>
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

// Whether the coding is named in the list, and not with q=0.
bool Accepts(std::string_view list, std::string_view coding) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view entry = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    entry.remove_prefix(std::min(entry.find_first_not_of(' '), entry.size()));
    const std::size_t end = std::min(entry.find_first_of("; "), entry.size());
    if (entry.substr(0, end) != coding) continue;
    const std::size_t quality = entry.find("q=", end);
    return quality == std::string_view::npos || entry.find_first_of("123456789", quality) != std::string_view::npos;
  }
  return false;
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

std::string_view ChooseEncoding(std::string_view accept_encoding) {
  for (const std::string_view coding : {"gzip", "deflate"}) {
    if (Accepts(accept_encoding, coding)) return coding;
  }
  return "";
}

std::string EncodeContent(std::string_view encoding, std::string_view body) {
  constexpr int kLevel = 1;  // a reply is read once, on this machine
  constexpr int kMemoryLevel = 8;
  z_stream stream{};
  const int window = encoding == "gzip" ? kGzipWindow : kZlibWindow;
  std::string encoded;
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, window, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) return encoded;
  encoded.resize(deflateBound(&stream, static_cast<uLong>(body.size())));
  std::string input(body);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(encoded.data());
  stream.avail_out = static_cast<uInt>(encoded.size());
  deflate(&stream, Z_FINISH);
  encoded.resize(stream.total_out);
  deflateEnd(&stream);
  return encoded;
}

}  // namespace dynarock
