// Source: observed: scylladb test/alternator/test_compressed_response.py::test_accept_encoding_header (against AWS).
#include "server/http/content_encoding.h"

#include <gtest/gtest.h>

namespace dynarock {
namespace {

TEST(ChooseEncoding, Names) {
  for (const char* list : {"", "identity", "br", "zstd", "x-gzip", "\"gzip\"", "gzip br", "gzip:q=1"}) {
    EXPECT_EQ(ChooseEncoding(list), "") << list;
  }
  for (const char* list : {"gzip", "gzip, deflate", "GZIP, identity", "dog, gzip ,, cat"}) {
    EXPECT_EQ(ChooseEncoding(list), "gzip") << list;
  }
  EXPECT_EQ(ChooseEncoding("br, identity, deflate, gzip"), "deflate");
}

TEST(ChooseEncoding, Qualities) {
  for (const char* list : {"gzip;q=0.8, deflate;q=0.5", "gzip;q=0.5,identity;q=0.8", "gzip;q=0, gzip;q=1, gzip;q=0",
                           "br,identity;q=0.5,gzip;q=0.0001"}) {
    EXPECT_EQ(ChooseEncoding(list), "gzip") << list;
  }
  for (const char* list :
       {"br, gzip;q=0, deflate; q = 0.5 , identity;q=0", "deflate;q=0.5, gzip;q=0.2", "deflate;q=0.5,gzip;q=0."}) {
    EXPECT_EQ(ChooseEncoding(list), "deflate") << list;
  }
  for (const char* list : {"gzip ;q=0", "identity;q=0", "gzip;q= 0;q=1", "gzip; q=0;q=1", "gzip;nq=0;q=1"}) {
    EXPECT_EQ(ChooseEncoding(list), "") << list;
  }
}

TEST(ChooseEncoding, WrongQualities) {
  for (const char* list :
       {"deflate;q=0.5, gzip;q=31", "gzip;q=31,deflate;q=51", "deflate;q=0.5, gzip;q=1;q=0.2",
        "deflate;q=0.5,gzip;q=0.x", "deflate;q=0.5,gzip;q=0. x", "deflate;q=-0.5,gzip;q=0.2", "gzip;q =0;q=1"}) {
    EXPECT_EQ(ChooseEncoding(list), "gzip") << list;
  }
}

TEST(ChooseEncoding, Star) {
  for (const char* list : {"*", "*, deflate;q=0.5", "*, identity", "*;q=0.5,identity"}) {
    EXPECT_EQ(ChooseEncoding(list), "gzip") << list;
  }
  for (const char* list : {"*, deflate", "*, gzip;q=0.5"}) EXPECT_EQ(ChooseEncoding(list), "deflate") << list;
  for (const char* list : {"*;q=0", "br;q=0.8,identity;q=0.5,*;q=0"}) EXPECT_EQ(ChooseEncoding(list), "") << list;
}

}  // namespace
}  // namespace dynarock
