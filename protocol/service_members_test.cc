// Compares the members of AWS's requests with ours: each one is served or refused by name, never ignored.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "protocol/operation_table.h"

namespace dynarock {
namespace {

// Adds "parent.member" of each member that the shape names, at all levels; below a member that is not served there is
// nothing to add.
void AddMembers(const Shape& shape, const std::string& parent, std::set<std::string>& members) {
  for (const Field& field : shape.fields) {
    const std::string path = parent + "." + std::string(field.name);
    if (members.insert(path).second) AddMembers(*field.shape, path, members);
  }
  if (shape.element) AddMembers(*shape.element, parent, members);
}

bool IsUnserved(const Shape& shape, std::string_view path) {
  if (shape.kind == ShapeKind::kUnserved) return true;
  if (shape.element) return IsUnserved(*shape.element, path);
  const std::string_view name = path.substr(0, path.find('.'));
  const std::string_view rest = name.size() == path.size() ? "" : path.substr(name.size() + 1);
  for (const Field& field : shape.fields) {
    if (field.name == name) return IsUnserved(*field.shape, rest);
  }
  return false;
}

const Operation* OperationOf(std::string_view name) {
  const Operation* operation = FindOperation("DynamoDB_20120810." + std::string(name));
  return operation ? operation : FindOperation("DynamoDBStreams_20120810." + std::string(name));
}

// Each line of the file is a member of a request in AWS's service model of August 2026, or of the
// JavaScript SDK of October 2026: "CreateTable.TableName".
TEST(ServiceMembers, AreServedOrRefused) {
  std::ifstream file("protocol/service_members.txt");
  ASSERT_TRUE(file) << "protocol/service_members.txt could not be read";
  std::size_t served = 0;
  for (std::string member; std::getline(file, member);) {
    const std::size_t dot = member.find('.');
    const Operation* operation = OperationOf(member.substr(0, dot));
    if (!operation) continue;  // an operation that is answered as unknown
    std::set<std::string> ours;
    AddMembers(operation->request, std::string(operation->name), ours);
    EXPECT_TRUE(ours.contains(member) || IsUnserved(operation->request, std::string_view(member).substr(dot + 1)))
        << member << " is ignored";
    served += ours.contains(member);
  }
  EXPECT_GT(served, 300u);
}

}  // namespace
}  // namespace dynarock
