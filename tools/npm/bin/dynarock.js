#!/usr/bin/env node
// `npx dynarock --port 0`: a server in memory that ends with this process; anything else goes to the program as it is.
"use strict";
const { spawn } = require("node:child_process");
const { findBinary } = require("../find_binary.js");

// Options alone start a server, as with dynalite.
function commandLine(given) {
  const asks = ["--help", "-h", "--version"].includes(given[0]);
  const isServe = given.length === 0 || (/^--./.test(given[0]) && !asks);
  if (!isServe) return given;
  const names = (option) => given.some((word) => word === option || word.startsWith(`${option}=`));
  const storage = names("--data") || names("--in-memory") || process.env.DYNAROCK_DATA ? [] : ["--in-memory"];
  return ["serve", ...storage, "--stop-with-stdin", ...given];
}

function run() {
  const args = commandLine(process.argv.slice(2));
  // Where we keep its standard input open, it ends with us.
  const input = args.includes("--stop-with-stdin") ? "pipe" : "inherit";
  const child = spawn(findBinary(), args, { stdio: [input, "inherit", "inherit"] });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`dynarock cannot be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + require("node:os").constants.signals[signal];
  });
}

try {
  run();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
