// What an application does with the AWS SDK for JavaScript v3 against the dynarock program.
// DYNAROCK_ENDPOINT names the server; its tables must not exist yet.
import assert from "node:assert/strict";
import {
  ConditionalCheckFailedException, CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient,
  GetItemCommand, ListTablesCommand, PutItemCommand, ResourceInUseException, ResourceNotFoundException, ScanCommand,
  paginateListTables, waitUntilTableExists, waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand, DynamoDBDocumentClient, GetCommand, NumberValue, PutCommand, QueryCommand, UpdateCommand, paginateQuery,
  paginateScan,
} from "@aws-sdk/lib-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

const CONFIGURATION = {
  endpoint: process.env.DYNAROCK_ENDPOINT,
  region: "us-east-1",
  credentials: { accessKeyId: "dummy", secretAccessKey: "dummy" },
  maxAttempts: 1,
};
const client = new DynamoDBClient(CONFIGURATION);
const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

const TABLE = "cruddur-messages";
const INDEX = "message-group-sk-index";
const GROUP = "5ae290ed-55d1-47a0-bc6d-fe2bc2700399";
const THROUGHPUT = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
const hash = (name) => ({ AttributeName: name, KeyType: "HASH" });
const range = (name) => ({ AttributeName: name, KeyType: "RANGE" });
const SCHEMA = {
  TableName: TABLE,
  AttributeDefinitions: ["message_group_uuid", "pk", "sk"].map((name) => ({ AttributeName: name, AttributeType: "S" })),
  KeySchema: [hash("pk"), range("sk")],
  GlobalSecondaryIndexes: [{
    IndexName: INDEX,
    KeySchema: [hash("message_group_uuid"), range("sk")],
    Projection: { ProjectionType: "ALL" },
    ProvisionedThroughput: THROUGHPUT,
  }],
  BillingMode: "PROVISIONED",
  ProvisionedThroughput: THROUGHPUT,
};

const sentAt = (number) => new Date(Date.UTC(2026, 2, 1, 9, number)).toISOString();
const message = (number) => ({
  pk: `MSG#${GROUP}`,
  sk: sentAt(number),
  message: `message ${number}: ça va, 🐄?`,
  user_handle: number % 2 ? "bayko" : "andrewbrown",
});
const group = (owner) => ({ pk: `GRP#${owner}`, sk: sentAt(101), message_group_uuid: GROUP, message: "the last" });

async function createTable() {
  const made = await client.send(new CreateTableCommand(SCHEMA));
  assert.equal(made.TableDescription.TableName, TABLE);
  assert.ok(made.TableDescription.CreationDateTime instanceof Date);
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: TABLE });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: TABLE }));
  assert.equal(Table.TableStatus, "ACTIVE");
  assert.equal(Table.GlobalSecondaryIndexes[0].IndexName, INDEX);
  await assert.rejects(client.send(new CreateTableCommand(SCHEMA)), ResourceInUseException);
  assert.deepEqual((await client.send(new ListTablesCommand({}))).TableNames, [TABLE]);
}

async function putConversation() {
  for (const owner of ["andrewbrown", "bayko"]) {
    await documents.send(new PutCommand({ TableName: TABLE, Item: group(owner) }));
  }
  // Many at once over the client's pool of connections.
  const numbers = [...Array(102).keys()];
  const put = (number) => documents.send(new PutCommand({ TableName: TABLE, Item: message(number) }));
  await Promise.all(numbers.map(put));
}

async function queryConversation() {
  const reply = await documents.send(new QueryCommand({
    TableName: TABLE, KeyConditionExpression: "pk = :pk AND begins_with(sk,:year)", ScanIndexForward: false, Limit: 20,
    ExpressionAttributeValues: { ":pk": `MSG#${GROUP}`, ":year": "2026" }, ReturnConsumedCapacity: "TOTAL",
  }));
  assert.deepEqual(reply.Items, [...Array(20).keys()].map((number) => message(101 - number)));
  assert.deepEqual(reply.LastEvaluatedKey, { pk: `MSG#${GROUP}`, sk: sentAt(82) });
  assert.ok(reply.ConsumedCapacity.CapacityUnits > 0);
  const byGroup = await documents.send(new QueryCommand({
    TableName: TABLE, IndexName: INDEX, KeyConditionExpression: "message_group_uuid = :g",
    ExpressionAttributeValues: { ":g": GROUP },
  }));
  assert.deepEqual(byGroup.Items.map((row) => row.pk).sort(), ["GRP#andrewbrown", "GRP#bayko"]);
}

async function paginate() {
  const found = [];
  const query = {
    TableName: TABLE, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": `MSG#${GROUP}` },
  };
  for await (const page of paginateQuery({ client: documents, pageSize: 9 }, query)) found.push(...page.Items);
  assert.deepEqual(found, [...Array(102).keys()].map(message));
  let count = 0;
  for await (const page of paginateScan({ client: documents, pageSize: 9 }, { TableName: TABLE })) count += page.Count;
  assert.equal(count, 104);
  const segments = await Promise.all([0, 1, 2].map((Segment) =>
    client.send(new ScanCommand({ TableName: TABLE, Segment, TotalSegments: 3 }))));
  assert.equal(segments.reduce((sum, page) => sum + page.Count, 0), 104);
}

async function allTypes() {
  const key = { pk: "types", sk: "all" };
  const item = {
    ...key, text: "zoë 🐄", empty: "", number: -12.5, most: NumberValue.from("1.2345678901234567890123456789012345678"),
    bytes: new Uint8Array([0, 1, 254, 255]), yes: true, no: false, nothing: null, strings: new Set(["a", "é"]),
    numbers: new Set([1, 2.5, -3]), binaries: new Set([new Uint8Array([7])]), list: ["a", 1, null, [], { deep: [true] }],
    map: { k: { k: "v" }, "": 0 },
  };
  await documents.send(new PutCommand({ TableName: TABLE, Item: item }));
  // On a client of its own: the options of two document clients on one would mix.
  const exact = DynamoDBDocumentClient.from(new DynamoDBClient(CONFIGURATION), { unmarshallOptions: { wrapNumbers: true } });
  const wrapped = (await exact.send(new GetCommand({ TableName: TABLE, Key: key }))).Item;
  assert.equal(wrapped.most.toString(), "1.2345678901234567890123456789012345678");
  exact.destroy();
  const { most, ...others } = item;
  await documents.send(new PutCommand({ TableName: TABLE, Item: others }));
  const read = (await documents.send(new GetCommand({ TableName: TABLE, Key: key, ConsistentRead: true }))).Item;
  assert.deepEqual(read, others);
  const raw = (await client.send(new GetItemCommand({ TableName: TABLE, Key: marshall(key) }))).Item;
  assert.deepEqual(unmarshall(raw), others);
  await documents.send(new DeleteCommand({ TableName: TABLE, Key: key }));
  assert.equal((await documents.send(new GetCommand({ TableName: TABLE, Key: key }))).Item, undefined);
}

async function update() {
  const command = new UpdateCommand({
    TableName: TABLE,
    Key: { pk: "update", sk: "1" },
    UpdateExpression: "SET #c = if_not_exists(#c, :zero) + :one, seen = :now",
    ExpressionAttributeNames: { "#c": "count" },
    ExpressionAttributeValues: { ":zero": 0, ":one": 1, ":now": "today" },
    ReturnValues: "ALL_NEW",
  });
  await documents.send(command);
  const { Attributes } = await documents.send(command);
  assert.deepEqual(Attributes, { pk: "update", sk: "1", count: 2, seen: "today" });
}

async function conditionsAndErrors() {
  const put = {
    TableName: TABLE, Item: message(0), ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  await assert.rejects(documents.send(new PutCommand(put)), (error) => {
    assert.ok(error instanceof ConditionalCheckFailedException);
    assert.equal(error.message, "The conditional request failed");
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.equal(error.$metadata.requestId.length, 52);
    assert.equal(unmarshall(error.Item).sk, sentAt(0));
    return true;
  });
  const missing = new PutItemCommand({ TableName: "missing", Item: { pk: { S: "x" } } });
  await assert.rejects(client.send(missing), ResourceNotFoundException);
  const emptyKey = new PutItemCommand({ TableName: TABLE, Item: { pk: { S: "" }, sk: { S: "x" } } });
  await assert.rejects(client.send(emptyKey), { name: "ValidationException" });
}

async function deleteTable() {
  await client.send(new DeleteTableCommand({ TableName: TABLE }));
  await waitUntilTableNotExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: TABLE });
  const names = [];
  for await (const page of paginateListTables({ client, pageSize: 1 }, {})) names.push(...page.TableNames);
  assert.deepEqual(names, []);
}

const STEPS = [
  createTable, putConversation, queryConversation, paginate, allTypes, update, conditionsAndErrors, deleteTable,
];
for (const step of STEPS) {
  await step();
  console.log(`ok ${step.name}`);
}
client.destroy();
