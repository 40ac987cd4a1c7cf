// The headers by which AWS names a request and vouches for a reply's bytes.
#pragma once

#include <string>
#include <string_view>

namespace dynarock {

// 52 characters, as AWS's: upper-case letters and digits.
std::string NewRequestId();

// x-amzn-RequestId, new, and x-amz-crc32 of `body`, the bytes that are sent.
void AppendAmazonHeaders(std::string_view body, std::string& out);

}  // namespace dynarock
