#include "tools/dynarock/local_command_line.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace dynarock {
namespace {

std::vector<std::string> Words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

LocalCommand Java(const std::string& line) {
  EXPECT_TRUE(IsLocalCommandLine("/usr/bin/java", Words(line)));
  return ReadLocalCommandLine("/usr/bin/java", Words(line));
}

LocalCommand Dynarock(const std::string& line) {
  EXPECT_TRUE(IsLocalCommandLine("dynarock", Words(line))) << line;
  return ReadLocalCommandLine("dynarock", Words(line));
}

LocalOptions Served(const LocalCommand& command) {
  EXPECT_TRUE(command.serve) << command.out << command.err;
  return command.serve.value_or(LocalOptions{});
}

TEST(LocalCommandLine, IsTold) {
  for (const char* line : {"-inMemory", "--sharedDb", "-jar DynamoDBLocal.jar", "-Xmx256m -jar DynamoDBLocal.jar",
                           "-Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar", "-help", "-version"}) {
    EXPECT_TRUE(IsLocalCommandLine("dynarock", Words(line))) << line;
  }
  for (const char* line : {"", "serve", "serve --port 1", "--help", "-h", "--version", "cruddur seed"}) {
    EXPECT_FALSE(IsLocalCommandLine("/usr/local/bin/dynarock", Words(line))) << line;
    EXPECT_TRUE(IsLocalCommandLine("java", Words(line))) << line;
  }
  EXPECT_FALSE(IsLocalCommandLine("/opt/java/dynarock", {}));
}

TEST(LocalCommandLine, Options) {
  const std::string directory = ::testing::TempDir();
  const LocalOptions none = Served(Java("-jar DynamoDBLocal.jar -inMemory"));
  EXPECT_EQ(none.port, 8000);
  EXPECT_TRUE(none.in_memory);
  EXPECT_FALSE(none.shared_db || none.delay_transient_statuses || none.optimize_before_startup);
  EXPECT_FALSE(none.cors || none.db_path);
  const LocalOptions all = Served(
      Java("-Djava.library.path=./DynamoDBLocal_lib -Xms64m -Xmx256m -jar /opt/DynamoDBLocal.jar -port 8123 -sharedDb "
           "-delayTransientStatuses -optimizeDbBeforeStartup -disableTelemetry -cors a.example,b.example -dbPath " +
           directory));
  EXPECT_EQ(all.port, 8123);
  EXPECT_TRUE(all.shared_db && all.delay_transient_statuses && all.optimize_before_startup);
  EXPECT_FALSE(all.in_memory);
  EXPECT_EQ(all.cors, "a.example,b.example");
  EXPECT_EQ(all.db_path, directory);
  const LocalOptions doubled = Served(Dynarock("--sharedDb --port 0 word --inMemory more words"));
  EXPECT_TRUE(doubled.shared_db && doubled.in_memory);
  EXPECT_EQ(doubled.port, 0);
  EXPECT_EQ(Served(Dynarock("-cors * -inMemory")).cors, "*");
  EXPECT_EQ(Served(Dynarock("-inMemory -cors")).cors, "*");
  EXPECT_TRUE(Served(Java("")).in_memory);
}

TEST(LocalCommandLine, Misunderstood) {
  for (const char* option : {"-x", "--nonsense", "-sharedDb=true", "-port=8001", "-inmemory"}) {
    const LocalCommand command = Dynarock(std::string("-inMemory ") + option);
    EXPECT_FALSE(command.serve);
    EXPECT_EQ(command.status, 0);
    EXPECT_EQ(command.err, std::string("Error while parsing options. Unrecognized option: ") + option + "\n");
    EXPECT_TRUE(command.out.starts_with("usage: java ")) << command.out;
  }
  for (const char* line : {"-port", "-port -inMemory", "-inMemory -dbPath"}) {
    EXPECT_TRUE(Dynarock(line).err.starts_with("Error while parsing options. Missing argument for option: ")) << line;
  }
  for (const char* line : {"-port x", "-port 65536", "-port 80x"}) {
    EXPECT_NE(Dynarock(line).err.find("Invalid port number"), std::string::npos) << line;
  }
}

TEST(LocalCommandLine, Texts) {
  EXPECT_EQ(Dynarock("-inMemory -dbPath .").out, "dbPath and inMemory cannot be set at the same time.\n");
  const LocalCommand nowhere = Dynarock("-dbPath /no/such/directory");
  EXPECT_EQ(nowhere.err, "Invalid directory for database creation.\n");
  EXPECT_EQ(nowhere.out, "");
  EXPECT_EQ(nowhere.status, 0);
  EXPECT_FALSE(Dynarock("-optimizeDbBeforeStartup").serve);
  EXPECT_TRUE(Dynarock("-help").out.starts_with("usage: "));
  EXPECT_EQ(Dynarock("-version").out, Java("-jar DynamoDBLocal.jar -version").out);
  const LocalCommand java = Java("-version");
  EXPECT_TRUE(java.err.starts_with("openjdk version \"17"));
  EXPECT_EQ(java.out, "");
  EXPECT_EQ(java.status, 0);
}

TEST(LocalCommandLine, OtherProgramsOfJava) {
  for (const char* line : {"-jar other.jar", "-jar", "-cp lib -version.jar Main", "Main", "-cp -version Main"}) {
    const LocalCommand command = Java(line);
    EXPECT_FALSE(command.serve) << line;
    EXPECT_EQ(command.status, 1) << line;
    EXPECT_EQ(command.err.back(), '\n');
  }
  EXPECT_NE(Java("-jar other.jar").err.find("other.jar"), std::string::npos);
}

TEST(LocalCommandLine, DirectoryOfDynamoDbLocal) {
  char pattern[] = "/tmp/dynarock-local-XXXXXX";
  const std::filesystem::path directory = mkdtemp(pattern);
  std::ofstream(directory / "notes.db") << "no database";
  std::ofstream(directory / "DynamoDBLocal.jar") << "jar";
  EXPECT_TRUE(Dynarock("-dbPath " + directory.string()).serve);
  std::ofstream(directory / "shared-local-instance.db") << "SQLite format 3" << '\0' << "rest";
  const LocalCommand command = Dynarock("-dbPath " + directory.string());
  EXPECT_FALSE(command.serve);
  EXPECT_EQ(command.status, 1);
  EXPECT_NE(command.err.find("shared-local-instance.db, a database of DynamoDB Local"), std::string::npos);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 3);
  std::filesystem::remove_all(directory);
}

TEST(LocalCommandLine, Banner) {
  LocalOptions options{.in_memory = true};
  EXPECT_EQ(LocalBanner(options, 8000),
            "Initializing DynamoDB Local with the following configuration:\n"
            "Port:\t8000\nInMemory:\ttrue\nVersion:\t" DYNAROCK_VERSION
            "\nDbPath:\tnull\nSharedDb:\tfalse\nshouldDelayTransientStatuses:\tfalse\nCorsParams:\tnull\n\n");
  options = {.db_path = "./data", .shared_db = true, .cors = "*", .delay_transient_statuses = true};
  const std::string banner = LocalBanner(options, 8001);
  for (const char* line : {"Port:\t8001\n", "InMemory:\tfalse\n", "DbPath:\t./data\n", "SharedDb:\ttrue\n",
                           "shouldDelayTransientStatuses:\ttrue\n", "CorsParams:\t*\n"}) {
    EXPECT_NE(banner.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(LocalDataDirectory(options), "./data/dynarock-data");
}

}  // namespace
}  // namespace dynarock
