// dynarock-postgres-users URL HANDLE...: prints [{"uuid","display_name","handle"},...] from the Postgres table `users`.
// A program of its own because libpq is a shared library and dynarock is linked fully static.
#include <libpq-fe.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/json_members.h"

namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Rows = std::unique_ptr<PGresult, decltype(&PQclear)>;

// Says on stderr, in one sentence, what Postgres said in several lines, and gives the exit code.
int Fail(std::string_view what, std::string_view reason) {
  std::cerr << what << " (" << reason.substr(0, reason.find('\n'))
            << "): check that Postgres runs and that --users names its database.\n";
  return 1;
}

// Writes the user with `handle`, if there is one. Gives false if the query failed.
bool WriteUser(PGconn* connection, const char* handle, dynarock::JsonWriter& writer) {
  constexpr const char* kQuery = "SELECT uuid::text, display_name, handle FROM users WHERE handle = $1 LIMIT 1";
  const Rows rows(PQexecParams(connection, kQuery, 1, nullptr, &handle, nullptr, nullptr, 0), PQclear);
  if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK) return false;
  for (int row = 0; row < PQntuples(rows.get()); ++row) {
    writer.StartObject();
    for (int column = 0; column < PQnfields(rows.get()); ++column) {
      dynarock::WriteMember(writer, PQfname(rows.get(), column), PQgetvalue(rows.get(), row, column));
    }
    writer.EndObject();
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "Usage: dynarock-postgres-users postgresql://user:password@host:port/database HANDLE...\n";
    return 2;
  }
  // Seconds; without it a lost host keeps us for minutes.
  setenv("PGCONNECT_TIMEOUT", "10", 0);
  const Connection connection(PQconnectdb(argv[1]), PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    return Fail("Cannot connect to Postgres", PQerrorMessage(connection.get()));
  }
  PQsetClientEncoding(connection.get(), "UTF8");
  rapidjson::StringBuffer json;
  dynarock::JsonWriter writer(json);
  writer.StartArray();
  for (int i = 2; i < argc; ++i) {
    if (!WriteUser(connection.get(), argv[i], writer)) {
      return Fail("Cannot read the Postgres table users", PQerrorMessage(connection.get()));
    }
  }
  writer.EndArray();
  std::cout << json.GetString() << "\n";
  return 0;
}
