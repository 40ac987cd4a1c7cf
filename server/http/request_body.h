// The body of a request: so many bytes, or chunks. Of chunks only their data is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/http/request_head.h"

namespace dynarock {

class RequestBody {
 public:
  enum class Status { kMore, kDone, kMalformed, kTooLarge };

  struct Limits {
    std::size_t body = 0;     // bytes
    std::size_t framing = 0;  // bytes of chunk sizes, extensions and trailers, beside 8 for each byte of the body
  };

  // Begins the body that belongs to `head`. kDone if there is none, kTooLarge if it is announced to be too large.
  Status Begin(const RequestHead& head, const Limits& limits);

  // Removes from the front of `bytes` what belongs to the body, and keeps its data. Trailers are passed over: they are
  // never headers.
  // Requires: the status so far is kMore.
  Status Take(std::string_view& bytes);

  std::string& data() { return data_; }

  // Bytes that `data` takes in memory after `more` bytes of the body were taken.
  std::size_t CapacityFor(std::size_t more) const;
  std::size_t capacity() const { return data_.capacity(); }

  // Forgets the data, and gives back its memory if it is much.
  void Clear();

 private:
  enum class Place {
    kData,
    kDataEnd,       // the line end after a chunk's data
    kSize,          // digits of a chunk's size
    kExtension,     // what follows them
    kTrailer,       // a line that is not empty
    kTrailerBegin,  // the begin of a line
    kDone
  };

  void Reserve(std::size_t capacity);
  Status TakeData(std::string_view& bytes);
  Status TakeFraming(char c);
  Status EndLine();
  bool AddDigit(char c);

  std::string data_;
  Limits limits_;
  bool is_chunked_ = false;
  Place place_ = Place::kDone;
  std::uint64_t left_ = 0;   // of the body, or of the chunk
  std::size_t framing_ = 0;  // bytes so far
  bool has_digits_ = false;  // of the chunk's size
  bool after_cr_ = false;    // a line end has begun
};

}  // namespace dynarock
