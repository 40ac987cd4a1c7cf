// Requests of all operations, made from their shapes: most members right, some repeated, of another type, null or
// unknown.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/operation.h"
#include "tools/fuzz/random_text.h"

namespace dynarock::fuzz {

class RandomRequest {
 public:
  explicit RandomRequest(std::mt19937_64& random) : text_(random) {}

  // The body of a request, which may be broken JSON.
  std::string BodyOf(const Operation& operation);

  // Keeps tokens, ARNs and keys of a reply, which later requests come back with.
  void Learn(const Json& reply);

 private:
  void AppendValue(std::string& out, const Shape& shape, std::string_view name, int depth);
  void AppendStructure(std::string& out, const Shape& shape, int depth);
  void AppendAttributeValue(std::string& out, int depth);
  void AppendPayload(std::string& out, std::size_t type, int depth);
  void AppendMap(std::string& out, const Shape& shape, std::string_view name, int depth);
  void AppendJunk(std::string& out, int depth);
  void AppendText(std::string& out, std::string_view text);
  std::string TextFor(const Shape& shape, std::string_view name);
  std::string MapKey(std::string_view name);
  void Damage(std::string& body);

  RandomText text_;
  bool is_wild_ = false;                                                  // whether this request may be wrong anywhere
  std::map<std::string, std::vector<std::string>, std::less<>> learned_;  // JSON, by the member's name
};

}  // namespace dynarock::fuzz
