#!/usr/bin/env node
// node tools/npm/pack.js [DIRECTORY]: makes the npm package, dynarock-VERSION.tgz, in DIRECTORY (default: this one).
// The program is that of DYNAROCK_BINARY, or the release build; the package gets its version, so it stands in one place.
"use strict";
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { PACKAGED, PLATFORM } = require("./find_binary.js");

const REPOSITORY = path.join(__dirname, "../..");
const LICENSES = ["LICENSE", "NOTICE", "THIRD-PARTY.md"];

function versionOf(program) {
  return /^dynarock (\S+)/.exec(execFileSync(program, ["--version"], { encoding: "utf8" }))[1];
}

// Puts all files of the package into `folder`.
function layOut(program, folder) {
  const manifest = JSON.parse(fs.readFileSync(path.join(__dirname, "package.json"), "utf8"));
  for (const name of ["README.md", ...manifest.files]) {
    const source = path.join(__dirname, name);
    if (fs.existsSync(source)) fs.cpSync(source, path.join(folder, name), { recursive: true });
  }
  for (const name of LICENSES) fs.copyFileSync(path.join(REPOSITORY, name), path.join(folder, name));
  const packaged = path.join(folder, path.relative(__dirname, PACKAGED));
  fs.mkdirSync(path.dirname(packaged), { recursive: true });
  fs.copyFileSync(program, packaged);
  fs.chmodSync(packaged, 0o755);
  const complete = { name: manifest.name, version: versionOf(program), ...manifest };
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(complete, null, 2) + "\n");
}

function main() {
  const destination = path.resolve(process.argv[2] ?? ".");
  const program = process.env.DYNAROCK_BINARY || path.join(REPOSITORY, "build/release/server/dynarock");
  if (!fs.existsSync(program)) {
    console.error(`There is no ${program} to pack for ${PLATFORM}: build the preset release, or set DYNAROCK_BINARY.`);
    process.exit(1);
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "dynarock-npm-"));
  try {
    layOut(program, folder);
    execFileSync("npm", ["pack", "--pack-destination", destination], { cwd: folder, stdio: "inherit" });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main();
