// Where the dynarock program is: DYNAROCK_BINARY, in this package, or on the PATH.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const PLATFORM = `${process.platform}-${process.arch}`;
const PACKAGED = path.join(__dirname, "prebuilt", PLATFORM, "dynarock");
const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

// Whether `file` is a program of the machine's own: this package's script of the same name on the PATH is not.
function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    const start = Buffer.alloc(ELF.length);
    const open = fs.openSync(file, "r");
    try {
      fs.readSync(open, start, 0, start.length, 0);
    } finally {
      fs.closeSync(open);
    }
    return start.equals(ELF);
  } catch {
    return false;
  }
}

// The path of the program. Throws an Error that says what to do if there is none.
function findBinary(environment = process.env) {
  const named = environment.DYNAROCK_BINARY;
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`DYNAROCK_BINARY names ${named}, which is not a program for ${PLATFORM}: name the dynarock program.`);
  }
  const folders = (environment.PATH || "").split(path.delimiter).filter(Boolean);
  const found = [PACKAGED, ...folders.map((folder) => path.join(folder, "dynarock"))].find(isProgram);
  if (found) return found;
  throw new Error(
    `This package has no dynarock for ${PLATFORM}, nor is it on the PATH: set DYNAROCK_BINARY to the program's path.`);
}

module.exports = { findBinary, PACKAGED, PLATFORM };
