// The package's functions, with a real server.
"use strict";
const assert = require("node:assert/strict");
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const dynarock = require("..");
const { call, isGone } = require("./calls.js");

const PACKAGE = path.join(__dirname, "..");
const SCRIPT = path.join(PACKAGE, "bin", "dynarock.js");
const TABLE = {
  TableName: "orders",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
};

function temporaryFolder(context) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dynarock-npm-"));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("start() gives a server of its own in memory, stop() ends it", async () => {
  const [first, second] = await Promise.all([dynarock.start(), dynarock.start()]);
  assert.notEqual(first.port, second.port);
  assert.equal(first.endpoint, `http://127.0.0.1:${first.port}`);
  assert.ok(first.pid > 0);
  await call(first.endpoint, "CreateTable", TABLE);
  assert.deepEqual(await call(first.endpoint, "ListTables", {}), { TableNames: ["orders"] });
  assert.deepEqual(await call(second.endpoint, "ListTables", {}), { TableNames: [] });
  await first.stop();
  assert.ok(await isGone(first.endpoint));
  assert.deepEqual(await call(second.endpoint, "ListTables", {}), { TableNames: [] });
  await dynarock.stop();
  assert.ok(await isGone(second.endpoint));
  await first.stop(); // a second time is not an error
});

test("a data directory is kept", async (context) => {
  const data = path.join(temporaryFolder(context), "data");
  const first = await dynarock.start({ data });
  await call(first.endpoint, "CreateTable", TABLE);
  await first.stop();
  const second = await dynarock.start({ data });
  assert.deepEqual(await call(second.endpoint, "ListTables", {}), { TableNames: ["orders"] });
  await dynarock.stop(second);
});

test("options and variables reach the program; its refusals are the error's text", async () => {
  const server = await dynarock.start({ args: ["--account-id", "123456789012"], env: { DYNAROCK_REGION: "eu-west-3" } });
  const { TableDescription } = await call(server.endpoint, "CreateTable", TABLE);
  assert.equal(TableDescription.TableArn, "arn:aws:dynamodb:eu-west-3:123456789012:table/orders");
  await assert.rejects(dynarock.start({ port: server.port }), new RegExp(`${server.port}`));
  await server.stop();
  await assert.rejects(dynarock.start({ args: ["--no-such-option"] }), /--no-such-option/);
  await assert.rejects(dynarock.start({ prot: 1 }), /unknown option of start\(\): prot/);
});

test("servers as dynalite's users start them", async () => {
  const server = dynarock({ createTableMs: 0 });
  await new Promise((resolve) => server.listen(0, resolve));
  const { port } = server.address();
  assert.deepEqual(await call(`http://127.0.0.1:${port}`, "ListTables", {}), { TableNames: [] });
  const second = dynarock.createServer();
  const [error] = await new Promise((resolve) => second.on("error", (...what) => resolve(what)).listen(port, "127.0.0.1"));
  assert.match(error.message, new RegExp(`${port}`));
  await new Promise((resolve) => second.close(resolve));
  await new Promise((resolve) => server.close(resolve));
  assert.ok(await isGone(`http://127.0.0.1:${port}`));
  assert.equal(server.address(), null);
});

test("a server ends with a process that is killed, and holds none up that ends", async () => {
  const script = `require(${JSON.stringify(PACKAGE)}).start().then((server) => console.log(server.endpoint), console.error);`;
  const held = spawn(process.execPath, ["-e", `${script} setInterval(() => {}, 1000);`], { stdio: ["ignore", "pipe", "inherit"] });
  const endpoint = await new Promise((resolve) => held.stdout.setEncoding("utf8").once("data", (text) => resolve(text.trim())));
  assert.deepEqual(await call(endpoint, "ListTables", {}), { TableNames: [] });
  held.kill("SIGKILL");
  assert.ok(await isGone(endpoint));
  const forgetful = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", timeout: 120_000 });
  assert.equal(forgetful.status, 0, forgetful.stderr);
  assert.ok(await isGone(forgetful.stdout.trim()));
});

test("npx dynarock --port 0 prints the port, and ends with the signal", async () => {
  const child = spawn(process.execPath, [SCRIPT, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise((resolve) => child.stdout.setEncoding("utf8").once("data", resolve));
  const match = /listening on (http:\/\/127\.0\.0\.1:\d+), data in memory/.exec(line);
  assert.ok(match, line);
  assert.deepEqual(await call(match[1], "ListTables", {}), { TableNames: [] });
  child.kill("SIGTERM");
  assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 0);
  assert.ok(await isGone(match[1]));
});

test("other words go to the program as they are", () => {
  const run = (...words) => spawnSync(process.execPath, [SCRIPT, ...words], { encoding: "utf8", timeout: 120_000 });
  assert.match(run("--version").stdout, /^dynarock \d/);
  assert.match(run("serve", "--help").stdout, /--in-memory/);
  const health = run("health", "--endpoint", "non sense");
  assert.equal(health.status, 1);
  assert.match(health.stderr, /not of the form/);
});

test("the program is found by its variable and on the PATH, or one sentence says what to do", (context) => {
  const folder = temporaryFolder(context);
  const program = dynarock.findBinary();
  fs.symlinkSync(program, path.join(folder, "dynarock"));
  assert.equal(dynarock.findBinary({ DYNAROCK_BINARY: program }), program);
  assert.throws(() => dynarock.findBinary({ DYNAROCK_BINARY: SCRIPT }), /which is not a program for linux/);
  if (fs.existsSync(require("../find_binary.js").PACKAGED)) return; // the one in the package comes first
  const scripts = path.join(folder, "bin");
  fs.mkdirSync(scripts);
  fs.symlinkSync(SCRIPT, path.join(scripts, "dynarock"));
  assert.equal(dynarock.findBinary({ PATH: `${scripts}:${folder}` }), path.join(folder, "dynarock"));
  assert.throws(() => dynarock.findBinary({ PATH: scripts }), /set DYNAROCK_BINARY/);
});

test("calls go over keep-alive connections too", async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const server = await dynarock.start();
  for (let count = 0; count < 3; ++count) {
    assert.deepEqual(await call(server.endpoint, "ListTables", {}, agent), { TableNames: [] });
  }
  await server.stop(); // with the idle connection open
  agent.destroy();
});
