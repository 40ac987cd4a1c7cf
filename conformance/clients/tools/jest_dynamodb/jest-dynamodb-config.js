// JOURNEY_PORT: where a server is, or will be started. Nothing is ever fetched: the folder has a DynamoDBLocal.jar to name.
module.exports = {
  tables: [{
    TableName: "orders",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
  }],
  port: Number(process.env.JOURNEY_PORT),
  options: ["-sharedDb"],
  installerConfig: { installPath: process.env.JOURNEY_JAR_FOLDER, downloadUrl: "https://127.0.0.1:1/nothing" },
};
