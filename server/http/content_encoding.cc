#include "server/http/content_encoding.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/ascii.h"
#include "engine/base/text_parts.h"

namespace dynarock {
namespace {

constexpr int kGzipWindow = 16 + MAX_WBITS;
constexpr int kZlibWindow = MAX_WBITS;
constexpr int kRawWindow = -MAX_WBITS;

bool StartsGzip(const z_stream& stream) {
  return stream.avail_in >= 2 && stream.next_in[0] == 0x1f && stream.next_in[1] == 0x8b;
}

// One stream after the other until the input ends. What stands behind a gzip stream and starts no other is not looked
// at. Observed: scylladb test/alternator/test_compressed_request.py, test_gzip_request_with_extra_junk.
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
      if (stream.avail_in == 0 || (window == kGzipWindow && !StartsGzip(stream))) break;
      if (window != kGzipWindow || inflateReset(&stream) != Z_OK) problem = DecodeProblem::kBroken;
    } else if (status != Z_OK) {
      problem = DecodeProblem::kBroken;  // also an input that ends too early
    }
  }
  inflateEnd(&stream);
  return problem;
}

// What follows the first "q=", at most 1; what is no number counts as 1.
double QualityOf(std::string_view parameters) {
  const std::size_t at = parameters.find("q=");
  if (at == std::string_view::npos) return 1;
  std::string_view rest = parameters.substr(at + 2);
  const std::string_view text = Trimmed(TakePart(rest, ';'));
  double quality = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quality);
  return error == std::errc() && end == text.data() + text.size() ? std::min(quality, 1.0) : 1;
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
  constexpr std::array<std::string_view, 2> kCodings = {"gzip", "deflate"};
  std::array<bool, kCodings.size()> is_named{};
  std::string_view best;
  double best_quality = 0, star_quality = 0;
  while (!accept_encoding.empty()) {
    std::string_view entry = Trimmed(TakePart(accept_encoding, ','));
    const std::string_view name = Trimmed(TakePart(entry, ';'));
    const double quality = QualityOf(entry);
    if (name == "*") star_quality = quality;
    for (std::size_t i = 0; i < kCodings.size(); ++i) {
      if (!EqualsIgnoringCase(name, kCodings[i])) continue;
      is_named[i] = true;
      if (quality <= best_quality) continue;
      best_quality = quality;
      best = kCodings[i];
    }
  }
  if (star_quality <= best_quality) return best;
  const auto unnamed = std::find(is_named.begin(), is_named.end(), false);
  return unnamed == is_named.end() ? best : kCodings[static_cast<std::size_t>(unnamed - is_named.begin())];
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
