// The request line and the headers of a request. A head that two programs could read differently is refused, so that no
// proxy in front and no log behind it sees another request than we do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/http_message.h"

namespace dynarock {

class RequestHead final : public HttpHeaders {
 public:
  static constexpr std::size_t kMostFields = 256;

  // Bytes of the head at the begin of `bytes`, its empty line among them; 0 if that has not come yet. What precedes
  // `checked` was searched before.
  static std::size_t SizeOf(std::string_view bytes, std::size_t checked);

  // Whether bytes of a head that has not come whole may be the begin of one: they have no bare CR or LF and no control
  // characters. The last byte may be the CR of a line end.
  static bool MayBegin(std::string_view bytes);

  // Takes a copy of a head with its empty line. Returns "", or a sentence that says why it is refused; then nothing
  // else may be asked of it.
  // Source: RFC 9112, sections 2.2, 3.2, 5.1, 5.2, 6.1 and 6.3; RFC 9110, section 5.5.
  std::string_view Parse(std::string_view bytes);

  std::string_view method() const { return method_; }
  std::string_view target() const { return target_; }
  bool keeps_alive() const { return keeps_alive_; }
  bool expects_continue() const { return expects_continue_; }
  bool is_chunked() const { return is_chunked_; }
  std::uint64_t content_length() const { return content_length_; }

  std::string_view Find(std::string_view name) const override;
  std::vector<std::string_view> FindAll(std::string_view name) const override;

  // Gives back memory that a long head has taken.
  void Shrink();

 private:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  std::string_view ParseRequestLine(std::string_view line);
  std::string_view ParseField(std::string_view line);
  std::string_view ReadFraming();
  std::string_view ReadLength(std::string_view text);
  void ReadConnection();

  std::string text_;
  std::vector<Field> fields_;
  std::string_view method_;
  std::string_view target_;
  bool is_1_0_ = false;
  bool keeps_alive_ = false;
  bool expects_continue_ = false;
  bool is_chunked_ = false;
  std::uint64_t content_length_ = 0;
};

}  // namespace dynarock
