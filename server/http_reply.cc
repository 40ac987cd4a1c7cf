#include "server/http_reply.h"

#include <libdeflate.h>

#include <array>
#include <ctime>
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

void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

std::string NewRequestId() {
  thread_local std::mt19937_64 random(std::random_device{}());
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  std::string id(52, '0');
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i % 12 == 0) bits = random();
    id[i] = kAlphabet[bits & 31];
    bits >>= 5;
  }
  return id;
}

void AppendReply(std::string& out, const HttpReply& reply, bool keep_alive, bool with_body) {
  const std::string_view body = reply.content();
  out += "HTTP/1.1 ";
  out += std::to_string(reply.status);
  out += ' ';
  out += ReasonOf(reply.status);
  out += "\r\nServer: Server\r\n";
  AppendHeader(out, "Date", DateText());
  AppendHeader(out, "Content-Type", reply.content_type);
  AppendHeader(out, "Content-Length", std::to_string(body.size()));
  AppendHeader(out, "Connection", keep_alive ? "keep-alive" : "close");
  if (reply.amazon_headers) {
    AppendHeader(out, "x-amzn-RequestId", NewRequestId());
    AppendHeader(out, "x-amz-crc32", std::to_string(libdeflate_crc32(0, body.data(), body.size())));
  }
  for (const auto& [name, value] : reply.headers) AppendHeader(out, name, value);
  out += "\r\n";
  if (with_body) out += body;
}

}  // namespace dynarock
