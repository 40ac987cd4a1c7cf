const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocument } = require("@aws-sdk/lib-dynamodb");

const client = DynamoDBDocument.from(new DynamoDBClient({
  endpoint: `http://localhost:${process.env.JOURNEY_PORT}`,
  region: "local-env",
  credentials: { accessKeyId: "fakeMyKeyId", secretAccessKey: "fakeSecretAccessKey" },
}));

afterAll(() => client.destroy());

test("the configured table takes an item", async () => {
  await client.put({ TableName: "orders", Item: { id: "1", hello: "world" } });
  const { Item } = await client.get({ TableName: "orders", Key: { id: "1" } });
  expect(Item).toEqual({ id: "1", hello: "world" });
});
