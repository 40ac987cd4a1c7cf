// What `npm pack` makes, and a project that has installed it; asks no registry.
"use strict";
const assert = require("node:assert/strict");
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { call } = require("./calls.js");
const { findBinary, PLATFORM } = require("../find_binary.js");

const PACKAGE = path.join(__dirname, "..");

function run(program, words, options) {
  const done = spawnSync(program, words, { encoding: "utf8", timeout: 300_000, ...options });
  assert.equal(done.status, 0, `${program} ${words.join(" ")}: ${done.stdout}${done.stderr}`);
  return done.stdout;
}

test("the package has the program, and works installed", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dynarock-pack-"));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const source = path.join(folder, "source");
  fs.cpSync(PACKAGE, source, { recursive: true, filter: (name) => !name.startsWith(path.join(PACKAGE, "prebuilt")) });
  const withProgram = { ...process.env, DYNAROCK_BINARY: findBinary(), npm_config_cache: path.join(folder, "cache") };
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: source, env: withProgram }));
  assert.deepEqual(packed.files.map((file) => file.path).sort(), [
    "README.md", "bin/dynarock.js", "find_binary.js", "index.d.ts", "index.js", "package.json",
    `prebuilt/${PLATFORM}/dynarock`,
  ]);
  const program = packed.files.find((file) => file.path.startsWith("prebuilt"));
  assert.equal(program.size, fs.statSync(findBinary()).size);
  assert.ok(program.mode & 0o111);

  const project = path.join(folder, "project");
  fs.mkdirSync(project);
  fs.writeFileSync(path.join(project, "package.json"), '{"private": true}');
  const { DYNAROCK_BINARY: _, ...alone } = withProgram;
  const surroundings = { cwd: project, env: { ...alone, PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` } };
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", path.join(folder, packed.filename)], surroundings);
  assert.match(run("npx", ["--offline", "dynarock", "--version"], surroundings), /^dynarock \d/);
  const child = spawn("npx", ["--offline", "dynarock", "--port", "0"], { ...surroundings, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const line = await new Promise((resolve) => child.stdout.setEncoding("utf8").once("data", resolve));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    assert.deepEqual(await call(/http:\S+\d/.exec(line)[0], "ListTables", {}), { TableNames: [] });
  } finally {
    process.kill(-child.pid, "SIGTERM");
  }
  await ended;
});

test("the version is that of the program", () => {
  const { version } = require("../package.json");
  assert.equal(run(findBinary(), ["--version"]).split("\n")[0], `dynarock ${version}`);
});
