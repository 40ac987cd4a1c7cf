#include "server/http_reply.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <initializer_list>
#include <random>

namespace dynarock {
namespace {

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Unknown";
  }
}

// "Sat, 21 Nov 2026 10:00:00 GMT", made once a second for each thread.
std::string_view DateText() {
  thread_local std::time_t made_at = 0;
  thread_local std::array<char, 40> text;
  thread_local std::size_t length = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    made_at = now;
  }
  return {text.data(), length};
}

void Append(std::string& out, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) out += part;
}

// A control character in a value would end the header and begin another one, or the body.
void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  Append(out, {name, ": "});
  const std::size_t begin = out.size();
  out += value;
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char letter) { return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f'; }, ' ');
  out += "\r\n";
}

}  // namespace

std::string NewRequestId() {
  thread_local std::mt19937_64 random(std::random_device{}());
  constexpr std::uint64_t kEachByte = 0x0101010101010101;
  std::string id(52, '0');
  for (std::size_t i = 0; i < id.size(); i += sizeof(std::uint64_t)) {
    // Eight digits below 32 at once; those above 9 are letters.
    const std::uint64_t digits = random() & (kEachByte * 0x1f);
    const std::uint64_t letters = ((digits + kEachByte * (0x80 - 10)) & (kEachByte * 0x80)) >> 7;
    const std::uint64_t text = digits + kEachByte * '0' + letters * ('A' - '0' - 10);
    std::memcpy(id.data() + i, &text, std::min(sizeof text, id.size() - i));
  }
  return id;
}

void AppendReply(std::string& out, const HttpReply& reply, bool keep_alive, bool with_body) {
  const std::string_view body = reply.content();
  Append(out, {"HTTP/1.1 ", std::to_string(reply.status), " ", ReasonOf(reply.status),
               "\r\nServer: Server\r\nDate: ", DateText(), "\r\nContent-Type: ", reply.content_type,
               "\r\nContent-Length: ", std::to_string(body.size()),
               keep_alive ? "\r\nConnection: keep-alive\r\n" : "\r\nConnection: close\r\n"});
  if (reply.amazon_headers) {
    Append(out, {"x-amzn-RequestId: ", NewRequestId(),
                 "\r\nx-amz-crc32: ", std::to_string(libdeflate_crc32(0, body.data(), body.size())), "\r\n"});
  }
  for (const auto& [name, value] : reply.headers) AppendHeader(out, name, value);
  out += "\r\n";
  if (with_body) out += body;
}

}  // namespace dynarock
