// The same in two files: each would see the other's items if they shared a server.
const { PutItemCommand, ScanCommand } = require("@aws-sdk/client-dynamodb");

for (const id of ["first", "second"]) {
  test(`${id}: the table is there, and empty`, async () => {
    await client.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: id } } }));
    const { Items } = await client.send(new ScanCommand({ TableName: "orders" }));
    expect(Items).toEqual([{ id: { S: id } }]);
  });
}
