#include "server/http/request_body.h"

#include <algorithm>

#include "engine/base/hex.h"

namespace dynarock {
namespace {

constexpr std::size_t kKeptCapacity = 64 * 1024;  // bytes; a larger one goes back to the heap
constexpr std::size_t kFramingPerByte = 8;        // a chunk of one byte has five bytes of framing

}  // namespace

RequestBody::Status RequestBody::Begin(const RequestHead& head, const Limits& limits) {
  limits_ = limits;
  is_chunked_ = head.is_chunked();
  place_ = is_chunked_ ? Place::kSize : Place::kData;
  left_ = head.content_length();
  framing_ = 0;
  has_digits_ = after_cr_ = false;
  if (left_ > limits.body) return Status::kTooLarge;
  return is_chunked_ || left_ > 0 ? Status::kMore : Status::kDone;
}

RequestBody::Status RequestBody::Take(std::string_view& bytes) {
  Status status = Status::kMore;
  while (status == Status::kMore && !bytes.empty()) {
    if (place_ == Place::kData) {
      status = TakeData(bytes);
      continue;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    status = TakeFraming(c);
    if (++framing_ > limits_.framing + kFramingPerByte * data_.size()) status = Status::kMalformed;
  }
  return status;
}

std::size_t RequestBody::CapacityFor(std::size_t more) const {
  const std::size_t size = data_.size() + more;
  if (size <= data_.capacity()) return data_.capacity();
  if (is_chunked_) return std::max(size, 2 * data_.capacity());
  return std::min(std::max<std::size_t>(size, 2 * data_.capacity()), data_.size() + left_);
}

// A string that grows takes twice what it has, however little it is asked for.
void RequestBody::Reserve(std::size_t capacity) {
  if (capacity <= data_.capacity()) return;
  std::string larger;
  larger.reserve(capacity);
  larger += data_;
  data_.swap(larger);
}

RequestBody::Status RequestBody::TakeData(std::string_view& bytes) {
  const std::size_t some = std::min<std::uint64_t>(left_, bytes.size());
  if (data_.size() + some > limits_.body) return Status::kTooLarge;
  Reserve(CapacityFor(some));
  data_.append(bytes.substr(0, some));
  bytes.remove_prefix(some);
  left_ -= some;
  if (left_ > 0) return Status::kMore;
  if (!is_chunked_) return Status::kDone;
  place_ = Place::kDataEnd;
  return Status::kMore;
}

// One byte of a chunk's size line, of the line end after its data, or of a trailer.
RequestBody::Status RequestBody::TakeFraming(char c) {
  if (after_cr_) {
    after_cr_ = false;
    return c == '\n' ? EndLine() : Status::kMalformed;
  }
  if (c == '\r') {
    if (place_ == Place::kSize && !has_digits_) return Status::kMalformed;
    after_cr_ = true;
    return Status::kMore;
  }
  if (!RequestHead::MayBegin({&c, 1})) return Status::kMalformed;
  switch (place_) {
    case Place::kSize:
      if (AddDigit(c)) return Status::kMore;
      if (!has_digits_ || (c != ';' && c != ' ' && c != '\t')) return Status::kMalformed;
      place_ = Place::kExtension;
      return Status::kMore;
    case Place::kTrailerBegin:
      if (c == ' ' || c == '\t') return Status::kMalformed;
      place_ = Place::kTrailer;
      return Status::kMore;
    case Place::kExtension:
    case Place::kTrailer:
      return Status::kMore;
    default:
      return Status::kMalformed;
  }
}

RequestBody::Status RequestBody::EndLine() {
  switch (place_) {
    case Place::kSize:
    case Place::kExtension:
      if (left_ > limits_.body - std::min(limits_.body, data_.size())) return Status::kTooLarge;
      place_ = left_ == 0 ? Place::kTrailerBegin : Place::kData;
      return Status::kMore;
    case Place::kTrailerBegin:
      place_ = Place::kDone;
      return Status::kDone;
    case Place::kTrailer:
      place_ = Place::kTrailerBegin;
      return Status::kMore;
    default:  // after a chunk's data
      place_ = Place::kSize;
      has_digits_ = false;
      return Status::kMore;
  }
}

// False if it is not a hexadecimal digit, or one too many.
bool RequestBody::AddDigit(char c) {
  const int digit = HexDigitValue(c);
  if (digit < 0 || left_ >> 60 != 0) return false;
  left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
  has_digits_ = true;
  return true;
}

void RequestBody::Clear() {
  data_.clear();
  if (data_.capacity() > kKeptCapacity) std::string().swap(data_);
}

}  // namespace dynarock
