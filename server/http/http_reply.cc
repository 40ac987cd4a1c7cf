#include "server/http/http_reply.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <initializer_list>

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

void AppendReply(std::string& out, const HttpReply& reply, const HttpHandler& handler, bool keep_alive,
                 bool with_body) {
  const std::string_view body = reply.content();
  Append(out, {"HTTP/1.1 ", std::to_string(reply.status), " ", ReasonOf(reply.status),
               "\r\nServer: Server\r\nDate: ", DateText(), "\r\nContent-Type: ", reply.content_type,
               "\r\nContent-Length: ", std::to_string(body.size()),
               keep_alive ? "\r\nConnection: keep-alive\r\n" : "\r\nConnection: close\r\n"});
  if (reply.service_headers) handler.AppendHeaders(body, out);
  for (const auto& [name, value] : reply.headers) AppendHeader(out, name, value);
  out += "\r\n";
  if (with_body) out += body;
}

}  // namespace dynarock
