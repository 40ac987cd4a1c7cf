// `npm pack`: puts the program for this platform into the package, from DYNAROCK_BINARY or the release build.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { PACKAGED, PLATFORM } = require("./find_binary.js");

const built = process.env.DYNAROCK_BINARY || path.join(__dirname, "../../build/release/server/dynarock");
if (!fs.existsSync(built)) {
  console.error(`There is no ${built} to pack for ${PLATFORM}: build the preset release, or set DYNAROCK_BINARY.`);
  process.exit(1);
}
fs.mkdirSync(path.dirname(PACKAGED), { recursive: true });
fs.copyFileSync(built, PACKAGED);
fs.chmodSync(PACKAGED, 0o755);
