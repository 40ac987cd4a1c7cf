const { CreateTableCommand, DeleteTableCommand, DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const dynarock = require(process.env.JOURNEY_PACKAGE);

const TABLE = {
  TableName: "orders",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
};

let server;

beforeAll(async () => {
  server = await dynarock.start();
  global.client = new DynamoDBClient({
    endpoint: server.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
}, 120_000);
beforeEach(() => global.client.send(new CreateTableCommand(TABLE)));
afterEach(() => global.client.send(new DeleteTableCommand({ TableName: TABLE.TableName })));
afterAll(async () => {
  global.client.destroy();
  await server.stop();
}, 120_000);
