#include "tools/dynarock/version.h"

#include <libdeflate.h>
#include <lz4.h>
#include <openssl/crypto.h>
#include <rapidjson/rapidjson.h>
#include <rocksdb/version.h>
#include <zlib.h>

#include <CLI/Version.hpp>
#include <boost/version.hpp>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

namespace dynarock {
namespace {

#define DYNAROCK_TEXT_OF(number) #number
#define DYNAROCK_TEXT(number) DYNAROCK_TEXT_OF(number)

std::string WithUnderscoresAsDots(std::string text) {
  for (char& c : text) c = c == '_' ? '.' : c;
  return text;
}

std::string RocksDbVersion() {
  return std::to_string(ROCKSDB_MAJOR) + "." + std::to_string(ROCKSDB_MINOR) + "." + std::to_string(ROCKSDB_PATCH);
}

}  // namespace

std::string VersionText() {
  std::string text = "dynarock " DYNAROCK_VERSION;
  const auto add = [&](const std::string& name, const std::string& version) { text += "\n" + name + " " + version; };
  add("RocksDB", RocksDbVersion());
  add("LZ4", LZ4_VERSION_STRING);
  add("Boost", WithUnderscoresAsDots(BOOST_LIB_VERSION));
  add("RapidJSON", RAPIDJSON_VERSION_STRING);
  add("OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
  add("zlib", zlibVersion());
  add("libdeflate", LIBDEFLATE_VERSION_STRING);
  add("CLI11", CLI11_VERSION);
#ifdef __GLIBC__
  add("glibc", gnu_get_libc_version());
#endif
#ifdef __GLIBCXX__
  add("libstdc++", DYNAROCK_TEXT(_GLIBCXX_RELEASE) " of " DYNAROCK_TEXT(__GLIBCXX__));
#endif
  return text;
}

}  // namespace dynarock
