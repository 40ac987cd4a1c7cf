// The package that pack.js makes, and a project that has installed it; asks no registry.
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

function versionOf(program) {
  return /^dynarock (\S+)/.exec(run(program, ["--version"]))[1];
}

test("the package has the program, and works installed", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dynarock-pack-"));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const withProgram = { ...process.env, DYNAROCK_BINARY: findBinary(), npm_config_cache: path.join(folder, "cache") };
  run(process.execPath, [path.join(PACKAGE, "pack.js"), folder], { env: withProgram });
  const version = versionOf(findBinary());
  const archive = path.join(folder, `dynarock-${version}.tgz`);
  assert.deepEqual(run("tar", ["-tzf", archive]).trim().split("\n").sort(), [
    "LICENSE", "NOTICE", "README.md", "THIRD-PARTY.md", "bin/dynarock.js", "find_binary.js", "index.d.ts", "index.js",
    "package.json", `prebuilt/${PLATFORM}/dynarock`,
  ].map((name) => `package/${name}`));
  const project = path.join(folder, "project");
  fs.mkdirSync(project);
  fs.writeFileSync(path.join(project, "package.json"), '{"private": true}');
  const { DYNAROCK_BINARY: _, ...alone } = withProgram;
  const surroundings = { cwd: project, env: { ...alone, PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` } };
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", archive], surroundings);
  assert.match(run("npx", ["--offline", "dynarock", "--version"], surroundings), /^dynarock \d/);
  const installed = path.join(project, "node_modules", "dynarock");
  const program = fs.statSync(path.join(installed, "prebuilt", PLATFORM, "dynarock"));
  assert.equal(program.size, fs.statSync(findBinary()).size);
  assert.ok(program.mode & 0o111);
  const manifest = JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8"));
  assert.deepEqual([manifest.version, manifest.license], [version, "Apache-2.0"]);
  for (const name of ["LICENSE", "NOTICE", "THIRD-PARTY.md"]) {
    const text = fs.readFileSync(path.join(PACKAGE, "../..", name), "utf8");
    assert.equal(fs.readFileSync(path.join(installed, name), "utf8"), text);
  }
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
